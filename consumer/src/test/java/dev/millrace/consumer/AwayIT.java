package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of events while Redis is away, full, or has forgotten. */
@Timeout(120)
class AwayIT {

    private static ConsumerServer counting(ConsumerServerBuilder builder, Map<Object, Integer> runs) {
        return builder.build()
                .addHandler("order.**", Map.class, (body, header) -> runs.merge(body.get("id"), 1, Integer::sum))
                .start();
    }

    @Test
    void nothing_in_flight_is_stolen_after_redis_was_away_for_longer_than_claim_idle() throws Exception {
        try (RedisServer redis = RedisServer.builder().appendOnly(true).start()) {
            TestStream stream = new TestStream(redis);
            CountDownLatch release = new CountDownLatch(1);
            AtomicInteger begun = new AtomicInteger();
            for (int i = 0; i < 6; i++) {
                stream.add("order.paid", "{\"id\":" + i + "}");
            }
            EventHandler<Map<?, ?>> slow = (body, header) -> {
                begun.incrementAndGet();
                release.await();
            };
            try (ConsumerServer one = slow(stream, slow);
                    ConsumerServer two = slow(stream, slow)) {
                await().until(() -> begun.get() == 6);
                redis.pause();
                pass(Duration.ofSeconds(2));
                redis.resume();
                // Long enough for whoever would steal to do it.
                pass(Duration.ofSeconds(2));
                assertThat(begun).hasValue(6);
                release.countDown();
                await().atMost(Duration.ofSeconds(20)).until(stream::settled);
                assertThat(begun).hasValue(6);
                assertThat(one.status().totals().reclaimed()
                                + two.status().totals().reclaimed())
                        .isZero();
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Map.class is what an application would write
    private static ConsumerServer slow(TestStream stream, EventHandler<Map<?, ?>> handler) {
        return stream.server()
                .build()
                .addHandler("order.**", Map.class, (EventHandler) handler)
                .start();
    }

    @Test
    void a_killed_and_restarted_redis_loses_nothing_that_it_had_written_down() throws Exception {
        try (RedisServer redis = RedisServer.builder().appendOnly(true).start()) {
            TestStream stream = new TestStream(redis);
            Map<Object, Integer> runs = new ConcurrentHashMap<>();
            try (ConsumerServer server = counting(stream.server(), runs)) {
                for (int i = 0; i < 200; i++) {
                    stream.add("order.paid", "{\"id\":" + i + "}");
                    if (i == 100) {
                        redis.restart();
                    }
                }
                await().atMost(Duration.ofSeconds(30)).until(() -> runs.size() == 200);
                await().atMost(Duration.ofSeconds(30)).until(stream::settled);
                assertThat(server.status().totals().lost()).isZero();
            }
            assertThat(runs.values()).as("an ack is repeated, not the handler").containsOnly(1);
        }
    }

    @Test
    void a_redis_without_a_file_that_is_restarted_gets_its_group_back() {
        try (RedisServer redis = RedisServer.embedded()) {
            TestStream stream = new TestStream(redis);
            Map<Object, Integer> runs = new ConcurrentHashMap<>();
            try (ConsumerServer server = counting(stream.server(), runs)) {
                stream.add("order.paid", "{\"id\":1}");
                await().until(() -> runs.size() == 1);
                redis.restart();
                stream.add("order.paid", "{\"id\":2}");
                await().atMost(Duration.ofSeconds(30)).until(() -> runs.size() == 2);
                await().atMost(Duration.ofSeconds(30)).until(stream::settled);
                assertThat(server.status().totals().deadLettered()).isZero();
            }
        }
    }

    @Test
    void a_deleted_stream_that_comes_back_is_read_on() {
        try (RedisServer redis = RedisServer.embedded()) {
            TestStream stream = new TestStream(redis);
            Map<Object, Integer> runs = new ConcurrentHashMap<>();
            try (ConsumerServer server = counting(stream.server(), runs)) {
                stream.add("order.paid", "{\"id\":1}");
                await().until(() -> runs.size() == 1);
                redis.cli("DEL", stream.name());
                stream.add("order.paid", "{\"id\":2}");
                await().atMost(Duration.ofSeconds(30)).until(() -> runs.size() == 2);
                assertThat(server.status().state()).isEqualTo(ConsumerStatus.State.RUNNING);
            }
        }
    }

    @Test
    void a_deleted_group_comes_back_before_what_is_in_hand_and_nothing_unread_is_lost() {
        try (RedisServer redis = RedisServer.embedded()) {
            TestStream stream = new TestStream(redis);
            Map<Object, Integer> runs = new ConcurrentHashMap<>();
            CountDownLatch goOn = new CountDownLatch(1);
            try (ConsumerServer server = slow(stream, (body, header) -> {
                goOn.await();
                runs.merge(body.get("id"), 1, Integer::sum);
            })) {
                stream.add("order.paid", "{\"id\":0}");
                await().until(() -> server.status().load().running() == 1);
                redis.cli("XGROUP", "DESTROY", stream.name(), TestStream.GROUP);
                for (int i = 1; i < 50; i++) {
                    stream.add("order.paid", "{\"id\":" + i + "}");
                }
                await().until(() -> redis.cli("XINFO", "GROUPS", stream.name()).contains(TestStream.GROUP));
                goOn.countDown();
                await().until(() -> runs.size() == 50);
                await().until(stream::settled);
            }
            assertThat(runs.values()).containsOnly(1);
        }
    }

    @Test
    void what_was_trimmed_while_its_worker_was_dead_is_counted_lost_and_does_not_stop_the_rest() {
        try (RedisServer redis = RedisServer.embedded()) {
            TestStream stream = new TestStream(redis);
            String lost = stream.add("order.paid", "{\"id\":1}");
            redis.cli("XGROUP", "CREATE", stream.name(), TestStream.GROUP, "0");
            redis.cli("XREADGROUP", "GROUP", TestStream.GROUP, "dead", "STREAMS", stream.name(), ">");
            redis.cli("XDEL", stream.name(), lost);
            stream.add("order.paid", "{\"id\":2}");
            Map<Object, Integer> runs = new ConcurrentHashMap<>();
            try (ConsumerServer server = counting(stream.server(), runs)) {
                await().until(() -> server.status().totals().lost() == 1);
                await().until(() -> runs.size() == 1);
                await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            }
        }
    }

    @Test
    void a_redis_at_its_memory_limit_is_drained_and_nothing_is_lost() {
        try (RedisServer redis = RedisServer.builder().maxMemory("12mb").start()) {
            TestStream stream = new TestStream(redis);
            String padding = "x".repeat(20_000);
            Set<String> added = ConcurrentHashMap.newKeySet();
            while (added.size() < 5_000 && add(stream, added.size(), padding)) {
                added.add(Integer.toString(added.size()));
            }
            assertThat(added).hasSizeBetween(10, 4_999);
            Map<Object, Integer> runs = new ConcurrentHashMap<>();
            try (ConsumerServer server = counting(stream.server(), runs)) {
                await().atMost(Duration.ofSeconds(30)).until(() -> runs.size() == added.size());
                await().atMost(Duration.ofSeconds(30)).until(stream::settled);
                assertThat(server.status().totals().lost()).isZero();
                // Room again: whoever publishes gets on, and so do we.
                redis.cli("XTRIM", stream.name(), "MAXLEN", "0");
                stream.add("order.paid", "{\"id\":\"after\"}");
                await().until(() -> runs.containsKey("after"));
            }
            assertThat(runs.values()).containsOnly(1);
        }
    }

    private static boolean add(TestStream stream, int id, String padding) {
        try {
            stream.add("order.paid", "{\"id\":\"" + id + "\",\"padding\":\"" + padding + "\"}");
            return true;
        } catch (RuntimeException e) {
            assertThat(e).hasMessageContaining("OOM");
            return false;
        }
    }

    /** Time that has to pass for something not to happen. */
    private static void pass(Duration time) throws InterruptedException {
        boolean ended = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(ended).isFalse();
    }
}
