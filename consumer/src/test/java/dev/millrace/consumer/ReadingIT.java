package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.routing.Priority;
import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a server shares the room that it has among its streams and groups. */
@Timeout(60)
class ReadingIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(String id) {}

    private final TestStream stream = new TestStream(REDIS.server());
    private final Queue<String> handled = new ConcurrentLinkedQueue<>();

    private static void add(TestStream to, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            to.add("order.paid", "{\"id\":\"" + prefix + i + "\"}");
        }
    }

    private EventHandler<Order> noting(Duration time) {
        return (order, header) -> {
            Thread.sleep(time.toMillis());
            handled.add(order.id());
        };
    }

    @Test
    void what_holds_the_limit_is_held_at_most_however_many_groups_read() throws Exception {
        add(stream, "o-", 60);
        CountDownLatch release = new CountDownLatch(1);
        ConsumerServerBuilder builder = stream.server().concurrency(10).maxPending(10);
        List<String> groups = IntStream.range(0, 7).mapToObj(i -> "group-" + i).toList();
        groups.forEach(builder::group);
        try (ConsumerServer server = builder.build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> release.await())
                    .start();
            await().until(() -> server.status().load().inFlight() == 10);
            // Nothing that happens later lets more in.
            await().during(Duration.ofSeconds(2)).until(() -> server.pending() <= 10);
            release.countDown();
            await().until(() -> server.status().totals().handled() == 60 * 8);
            await().until(() -> server.pending() == 0 && server.status().load().inFlight() == 0);
        }
    }

    @Test
    void what_is_taken_over_from_others_stays_within_the_limit() throws Exception {
        add(stream, "o-", 30);
        stream.readAs("gone");
        stream.age("gone", Duration.ofSeconds(5));
        add(stream, "n-", 30);
        CountDownLatch release = new CountDownLatch(1);
        try (ConsumerServer server =
                stream.server().concurrency(4).maxPending(4).build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> {
                        release.await();
                        handled.add((String) body.get("id"));
                    })
                    .start();
            await().until(() -> server.status().load().inFlight() == 4);
            await().during(Duration.ofSeconds(3))
                    .until(() -> server.status().load().inFlight() <= 4);
            release.countDown();
            await().atMost(Duration.ofSeconds(30)).until(() -> handled.size() == 60);
        }
    }

    @Test
    void one_of_ten_streams_is_read_as_fast_as_if_it_were_alone_although_there_is_room_for_one() {
        add(stream, "o-", 7);
        // Longer than what makes a server read nothing ahead, so that there is room for one.
        ConsumerServerBuilder builder = stream.server()
                .concurrency(1)
                .readBlock(Duration.ofSeconds(2))
                .commandTimeout(Duration.ofSeconds(10))
                .claimIdle(Duration.ofSeconds(30));
        IntStream.range(0, 9).forEach(i -> builder.stream(TestStream.freshName()));
        try (ConsumerServer server = builder.build()) {
            server.addHandler("order.paid", Order.class, noting(Duration.ofMillis(1_100)));
            long startedAt = System.nanoTime();
            server.start();
            await().until(() -> handled.size() == 7);
            // Seven handlings are 7.7 s; a wait on one of the nine others would be 2 s each.
            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(12));
        }
    }

    @Test
    void with_room_for_one_the_higher_priority_comes_first_and_every_tenth_is_the_lower() {
        TestStream high = new TestStream(REDIS.server());
        add(stream, "low-", 30);
        add(high, "high-", 30);
        try (ConsumerServer server = stream.server().concurrency(1).maxPending(1).stream(
                        high.name(), StreamPolicy.defaults().priority(Priority.HIGH))
                .build()) {
            server.addHandler("order.paid", Order.class, noting(Duration.ofMillis(5)))
                    .start();
            await().until(() -> handled.size() == 60);
        }
        List<String> first = List.copyOf(handled).subList(0, 30);
        assertThat(first.stream().filter(id -> id.startsWith("high")).count()).isBetween(26L, 28L);
    }

    @Test
    void slow_handlers_do_not_turn_priorities_round() {
        TestStream high = new TestStream(REDIS.server());
        add(stream, "low-", 12);
        add(high, "high-", 12);
        try (ConsumerServer server = stream.server().concurrency(1).claimIdle(Duration.ofSeconds(30)).stream(
                        high.name(), StreamPolicy.defaults().priority(Priority.HIGH))
                .build()) {
            server.addHandler("order.paid", Order.class, noting(Duration.ofMillis(1_100)))
                    .start();
            await().atMost(Duration.ofSeconds(40)).until(() -> handled.size() == 12);
        }
        assertThat(List.copyOf(handled).subList(0, 12).stream()
                        .filter(id -> id.startsWith("high"))
                        .count())
                .isBetween(9L, 11L);
    }

    @Test
    void while_nothing_comes_redis_is_asked_once_a_block_and_not_more() {
        add(stream, "o-", 1);
        ConsumerServerBuilder builder = stream.server().concurrency(1).readBlock(Duration.ofSeconds(1));
        builder.commandTimeout(Duration.ofSeconds(10)).claimIdle(Duration.ofSeconds(30));
        IntStream.range(0, 9).forEach(i -> builder.stream(TestStream.freshName()));
        try (ConsumerServer server = builder.build()) {
            server.addHandler("order.paid", Order.class, noting(Duration.ZERO)).start();
            await().until(() -> handled.size() == 1);
            long before = commands();
            await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
            assertThat(commands() - before).isBetween(1L, 150L);
            add(stream, "p-", 1);
            await().until(() -> handled.size() == 2);
        }
    }

    @Test
    void an_ack_does_not_wait_for_the_read_that_blocks_meanwhile() {
        try (ConsumerServer server = stream.server()
                .readBlock(Duration.ofSeconds(2))
                .commandTimeout(Duration.ofSeconds(10))
                .claimIdle(Duration.ofSeconds(30))
                .build()) {
            server.addHandler("order.paid", Order.class, noting(Duration.ZERO)).start();
            add(stream, "first", 1);
            await().until(() -> handled.size() == 1 && stream.pending() == 0);
            for (int i = 2; i <= 4; i++) {
                int number = i;
                long addedAt = System.nanoTime();
                // It ends one read, and the next one blocks before its ack is sent.
                add(stream, "o-" + i, 1);
                await().until(() -> handled.size() == number && stream.pending() == 0);
                assertThat(Duration.ofNanos(System.nanoTime() - addedAt)).isLessThan(Duration.ofMillis(1_500));
            }
        }
    }

    @Test
    void a_stream_whose_records_are_broken_does_not_delay_what_the_same_read_brought_for_its_neighbour() {
        TestStream good = new TestStream(REDIS.server());
        try (ConsumerServer server = stream.server().claimIdle(Duration.ofSeconds(20)).stream(good.name())
                .build()) {
            server.addHandler("order.paid", Order.class, noting(Duration.ZERO)).start();
            add(stream, "bad-", 1);
            await().until(() -> handled.size() == 1);
            REDIS.server()
                    .cli("KEYS", "{" + stream.name() + "}*:claims:*")
                    .lines()
                    .forEach(key -> {
                        REDIS.server().cli("DEL", key);
                        REDIS.server().cli("SET", key, "not records");
                    });
            server.pause();
            add(stream, "bad2-", 5);
            add(good, "good-", 5);
            server.resume();

            await().atMost(Duration.ofSeconds(8)).until(() -> handled.size() == 6);
            assertThat(handled).filteredOn(id -> id.startsWith("good")).hasSize(5);
            assertThat(server.status().totals().loopFailures()).isPositive();
            REDIS.server()
                    .cli("KEYS", "{" + stream.name() + "}*:claims:*")
                    .lines()
                    .forEach(key -> REDIS.server().cli("DEL", key));
            // Without waiting for claim-idle, and in their order.
            await().atMost(Duration.ofSeconds(12)).until(() -> handled.size() == 11);
        }
    }

    @Test
    void a_group_that_goes_again_and_again_is_not_created_again_without_a_pause() throws Exception {
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, noting(Duration.ZERO)).start();
            int gone = 0;
            long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < until) {
                gone += REDIS.server().cli("DEL", stream.name()).equals("1") ? 1 : 0;
                Thread.sleep(1);
            }
            assertThat(gone).isBetween(1, 10);
            add(stream, "o-", 1);
            await().atMost(Duration.ofSeconds(12)).until(() -> handled.size() == 1);
        }
    }

    private static long commands() {
        return REDIS.server()
                .cli("INFO", "stats")
                .lines()
                .filter(stat -> stat.startsWith("total_commands_processed:"))
                .mapToLong(stat -> Long.parseLong(stat.substring(stat.indexOf(':') + 1)))
                .sum();
    }
}
