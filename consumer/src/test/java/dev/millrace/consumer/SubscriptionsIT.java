package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.routing.Priority;
import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One server that reads several streams through several groups, some before others, some not now. */
@Timeout(60)
class SubscriptionsIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(String id, int amount) {}

    private final TestStream orders = new TestStream(REDIS.server());
    private final TestStream payments = new TestStream(REDIS.server());
    private final Queue<String> handled = new ConcurrentLinkedQueue<>();

    private void note(Order order, dev.millrace.event.Delivery delivery) {
        String which = delivery.stream().equals(orders.name()) ? "orders" : "payments";
        handled.add(which + " " + delivery.group() + " " + order.id());
    }

    private static String order(int number) {
        return "{\"id\":\"o-" + number + "\",\"amount\":1}";
    }

    @Test
    void every_stream_is_read_through_every_group() {
        orders.add("order.paid", order(1));
        payments.add("order.paid", order(2));
        try (ConsumerServer server =
                orders.server().stream(payments.name()).group("audit").build()) {
            server.addHandler("order.paid", Order.class, (order, header, delivery) -> note(order, delivery))
                    .start();

            await().untilAsserted(() -> assertThat(handled)
                    .containsExactlyInAnyOrder(
                            "orders workers o-1", "orders audit o-1", "payments workers o-2", "payments audit o-2"));
            assertThat(server.status().streams()).hasSize(4);
            await().until(() -> server.pending() == 0);
            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(4));
        }
    }

    @Test
    void a_handler_may_be_for_one_stream_or_one_group_alone() {
        orders.add("order.paid", order(1));
        payments.add("order.paid", order(2));
        try (ConsumerServer server =
                orders.server().stream(payments.name()).group("audit").build()) {
            HandlerOptions narrow =
                    HandlerOptions.defaults().streams(payments.name()).groups("audit");
            server.addHandler("order.*", Order.class, (order, header, delivery) -> note(order, delivery), narrow)
                    .start();

            await().until(() -> server.status().totals().skipped() == 3);
            assertThat(handled).containsExactly("payments audit o-2");
        }
    }

    @Test
    void handlers_of_one_type_run_by_their_priority() {
        orders.add("order.paid", order(1));
        try (ConsumerServer server = orders.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> handled.add("default"))
                    .addHandler(
                            "**",
                            Order.class,
                            (order, header) -> handled.add("first"),
                            HandlerOptions.defaults().priority(1).description("audits everything"))
                    .addHandler("order.*", Order.class, (order, header) -> handled.add("less specific"))
                    .start();

            await().until(() -> handled.size() == 3);
            assertThat(handled).containsExactly("first", "default", "less specific");
            assertThat(server.status().handlers().get(1))
                    .isEqualTo(new ConsumerStatus.HandlerStatus("**", Order.class.getName(), 1, "audits everything"));
        }
    }

    @Test
    void a_paused_stream_is_neither_read_nor_taken_over_from_others_while_the_rest_goes_on() throws Exception {
        try (ConsumerServer server = orders.server().stream(
                        payments.name(), StreamPolicy.defaults().startPaused(true))
                .build()) {
            server.addHandler("order.paid", Order.class, (order, header, delivery) -> note(order, delivery))
                    .start();
            // Left pending by a consumer that is gone.
            payments.add("order.paid", order(1));
            REDIS.server().cli("XREADGROUP", "GROUP", TestStream.GROUP, "gone", "STREAMS", payments.name(), ">");
            payments.add("order.paid", order(2));
            orders.add("order.paid", order(3));

            await().until(() -> handled.size() == 1);
            Thread.sleep(1_500); // more than two claim-idles: enough to read or take over, if it did
            assertThat(handled).containsExactly("orders workers o-3");
            assertThat(payments.consumers()).contains("gone");

            server.resume(payments.name());
            await().until(() -> handled.size() == 3);
        }
    }

    @Test
    void pause_lets_what_is_in_hand_end_and_reads_nothing_more_until_resume() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        orders.add("order.paid", order(1));
        try (ConsumerServer server = orders.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header, delivery) -> {
                        begun.countDown();
                        release.await();
                        note(order, delivery);
                    })
                    .start();
            begun.await();
            server.pause();
            orders.add("order.paid", order(2));
            release.countDown();

            await().until(() -> server.pending() == 0);
            assertThat(server.status().paused()).isTrue();
            assertThat(REDIS.server().cli("XINFO", "GROUPS", orders.name()))
                    .as("entries read")
                    .containsPattern("entries-read\\s+1\\b");
            server.resume();
            await().until(() -> handled.size() == 2);
        }
    }

    @Test
    void pausing_a_stream_that_is_not_read_is_refused() {
        try (ConsumerServer server = orders.server().build()) {
            assertThatThrownBy(server::pause).hasMessage("the server is NEW; call start() first");
            server.addHandler("order.paid", Order.class, (order, header) -> {}).start();
            assertThatThrownBy(() -> server.pause("others"))
                    .hasMessage("stream: got 'others'; this server reads [" + orders.name() + "]");
        }
    }

    @Test
    void free_permits_go_to_the_higher_priority_but_the_lower_is_not_starved() throws Exception {
        for (int i = 0; i < 300; i++) {
            orders.add("order.paid", order(i));
            payments.add("order.paid", order(i));
        }
        try (ConsumerServer server = orders.server().concurrency(1).stream(
                        payments.name(), StreamPolicy.defaults().priority(Priority.HIGH))
                .build()) {
            server.addHandler("order.paid", Order.class, (order, header, delivery) -> note(order, delivery))
                    .start();
            await().until(() -> handled.size() >= 600);
        }
        List<String> order = List.copyOf(handled).subList(0, 300);
        long high = order.stream().filter(what -> what.startsWith("payments")).count();
        assertThat(high).isBetween(200L, 299L);
    }

    @Test
    void a_stream_that_became_something_else_does_not_keep_the_others_from_being_read() {
        try (ConsumerServer server = orders.server().stream(payments.name()).build()) {
            server.addHandler("order.paid", Order.class, (order, header, delivery) -> note(order, delivery))
                    .start();
            REDIS.server().cli("DEL", payments.name());
            REDIS.server().cli("SET", payments.name(), "not a stream");
            for (int i = 0; i < 5; i++) {
                orders.add("order.paid", order(i));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> handled.size() == 5);
            REDIS.server().cli("DEL", payments.name());
            payments.add("order.paid", order(9));
            await().atMost(Duration.ofSeconds(20)).until(() -> handled.contains("payments workers o-9"));
        }
    }

    @Test
    void a_slow_type_with_a_limit_of_its_own_leaves_permits_to_the_others() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Map<String, Integer> slow = new ConcurrentHashMap<>();
        for (int i = 0; i < 50; i++) {
            orders.add("order.slow", order(i));
        }
        for (int i = 0; i < 50; i++) {
            orders.add("order.paid", order(i));
        }
        try (ConsumerServer server = orders.server().concurrency(4).build()) {
            server.addHandler("order.paid", Order.class, (order, header, delivery) -> note(order, delivery))
                    .addHandler(
                            "order.slow",
                            Order.class,
                            (order, header) -> {
                                slow.merge("begun", 1, Integer::sum);
                                release.await();
                                slow.merge("ended", 1, Integer::sum);
                            },
                            HandlerOptions.defaults().concurrency(2))
                    .start();

            await().until(() -> handled.size() == 50);
            assertThat(slow).containsEntry("begun", 2).doesNotContainKey("ended");
            release.countDown();
            await().until(() -> slow.getOrDefault("ended", 0) == 50);
            await().until(() -> server.pending() == 0);
        }
    }

    @Test
    void a_pause_takes_nothing_more_over_from_the_dead_although_handlers_come_free() {
        TestStream stream = new TestStream(REDIS.server());
        for (int i = 0; i < 60; i++) {
            stream.add("order.paid", "{\"n\":" + i + "}");
        }
        stream.readAs("dead");
        stream.age("dead", Duration.ofMillis(900));
        CountDownLatch release = new CountDownLatch(1);
        try (ConsumerServer server = stream.server()
                .concurrency(4)
                .build()
                .addHandler("order.**", Map.class, (body, header) -> release.await())
                .start()) {
            await().until(() -> server.status().load().running() == 4);
            server.pause();
            long before = server.status().totals().reclaimed();
            release.countDown();
            await().until(() -> server.status().load().inFlight() == 0);

            await().during(Duration.ofSeconds(1))
                    .until(() -> server.status().totals().reclaimed() == before);
            assertThat(before).isLessThan(60);
            server.resume();
            await().until(() -> server.status().totals().handled() == 60);
        }
    }
}
