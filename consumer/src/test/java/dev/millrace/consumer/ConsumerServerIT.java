package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.RedisServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ConsumerServerIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(String id, int amount) {}

    private RedisServer redis;
    private TestStream stream;

    @BeforeEach
    void stream() {
        redis = REDIS.server();
        stream = new TestStream(redis);
    }

    @Test
    void every_event_reaches_its_handler_and_is_acknowledged() {
        for (int i = 0; i < 1_000; i++) {
            stream.add("order.paid", "{\"id\":\"o-" + i + "\",\"amount\":" + i + "}");
        }
        Set<String> handled = ConcurrentHashMap.newKeySet();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> handled.add(order.id()));
            server.start();

            await().untilAsserted(() -> assertThat(handled).hasSize(1_000));
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(1_000));
            assertThat(server.status().totals().duplicates()).isZero();
        }
    }

    @Test
    void a_failing_event_is_retried_as_often_as_promised_then_dead_lettered_with_its_reason() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header, delivery) -> {
                attempts.add(delivery.attempt());
                throw new IllegalStateException("warehouse closed");
            });
            server.start();

            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            assertThat(attempts).containsExactly(1, 2, 3, 4);
            assertThat(stream.pending()).isZero();
        }
        Map<String, String> letter = stream.deadLetters().get(0);
        assertThat(letter)
                .containsEntry("millrace.reason", "RETRIES_EXHAUSTED")
                .containsEntry("millrace.attempts", "4")
                .containsEntry("millrace.group", TestStream.GROUP)
                .containsEntry("millrace.exception", "java.lang.IllegalStateException")
                .containsEntry("millrace.message", "warehouse closed");
        assertThat(letter.get("data")).contains("\"o-1\"");
    }

    @Test
    void an_event_whose_handler_succeeds_at_the_second_attempt_is_not_dead_lettered() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> {
                if (calls.incrementAndGet() == 1) {
                    throw new IOException("once");
                }
            });
            server.start();

            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(1));
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            assertThat(server.status().totals().retried()).isEqualTo(1);
            assertThat(stream.deadLetters()).isEmpty();
        }
    }

    @Test
    void a_retry_runs_only_the_handlers_that_have_not_succeeded() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        AtomicInteger exact = new AtomicInteger();
        AtomicInteger pattern = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.**", Map.class, (order, header) -> {
                if (pattern.incrementAndGet() < 3) {
                    throw new IllegalStateException("not yet");
                }
            });
            server.addHandler("order.paid", Order.class, (order, header) -> exact.incrementAndGet());
            server.start();

            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(1));
            assertThat(exact).hasValue(1);
            assertThat(pattern).hasValue(3);
        }
    }

    @Test
    void two_copies_of_one_event_have_one_effect() {
        stream.add("*", "order.paid", "{\"id\":\"o-1\",\"amount\":1}", h -> h.id("e-1"));
        stream.add("*", "order.paid", "{\"id\":\"o-1\",\"amount\":1}", h -> h.id("e-1"));
        stream.add("*", "order.refunded", "{\"id\":\"o-1\",\"amount\":1}", h -> h.id("e-2"));
        List<String> handled = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("**", Order.class, (order, header) -> handled.add(header.type()));
            server.start();

            await().untilAsserted(() ->
                    assertThat(server.status().totals().duplicates()).isEqualTo(1));
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            assertThat(handled).containsExactlyInAnyOrder("order.paid", "order.refunded");
        }
    }

    @Test
    void two_copies_on_either_side_of_a_buckets_edge_have_one_effect() {
        // The default window of 5 minutes has buckets of 150 s; 1763692650000 is a multiple of that.
        stream.add("1763692649999-0", "order.paid", "{\"id\":\"o-1\",\"amount\":1}", h -> {});
        AtomicInteger handled = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> handled.incrementAndGet());
            server.start();
            await().until(() -> handled.get() == 1);

            stream.add("1763692650000-0", "order.paid", "{\"id\":\"o-1\",\"amount\":1}", h -> {});
            await().untilAsserted(() ->
                    assertThat(server.status().totals().duplicates()).isEqualTo(1));
            assertThat(handled).hasValue(1);
        }
    }

    @Test
    void equal_events_further_apart_than_the_window_are_both_handled() {
        stream.add("1763692725000-0", "order.paid", "{\"id\":\"o-1\",\"amount\":1}", h -> {});
        stream.add("1763693025001-0", "order.paid", "{\"id\":\"o-1\",\"amount\":1}", h -> {});
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> {});
            server.start();

            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(2));
            assertThat(server.status().totals().duplicates()).isZero();
        }
    }

    @Test
    void one_entry_that_is_no_event_and_one_of_unknown_type_do_not_stop_the_rest() {
        stream.addRaw("foo", "bar", "n", "1");
        stream.addRaw("data", "{\"pattern\":\"x\",\"data\":{\"header\":{\"type\":");
        stream.add("parcel.lost", "{}");
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        AtomicInteger handled = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> handled.incrementAndGet());
            server.start();

            await().untilAsserted(() -> assertThat(handled).hasValue(1));
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            assertThat(server.status().totals().skipped()).isEqualTo(1);
        }
        assertThat(stream.deadLetters())
                .extracting(letter -> letter.get("millrace.reason"))
                .containsExactly("MALFORMED", "MALFORMED");
        assertThat(stream.deadLetters().get(0)).containsEntry("foo", "bar").containsEntry("n", "1");
    }

    @Test
    void a_body_that_does_not_fit_its_handler_goes_to_the_dead_letters_without_a_retry() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":\"many\"}");
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> {});
            server.start();

            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            assertThat(server.status().totals().retried()).isZero();
        }
        assertThat(stream.deadLetters().get(0)).containsEntry("millrace.reason", "INVALID");
    }

    @Test
    void a_dead_letter_stream_of_the_wrong_type_leaves_the_entry_pending_until_it_is_mended() {
        redis.cli("SET", stream.dead(), "not a stream");
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server = stream.server().retry(RetryPolicy.none()).build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> {
                calls.incrementAndGet();
                throw new IllegalStateException("no");
            });
            server.start();

            await().until(() -> server.status().load().waiting() == 1);
            assertThat(stream.pending()).isEqualTo(1);
            redis.cli("DEL", stream.dead());
            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            assertThat(stream.pending()).isZero();
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void a_handler_that_interrupts_its_own_thread_costs_no_permit() {
        AtomicInteger handled = new AtomicInteger();
        try (ConsumerServer server = stream.server().concurrency(1).build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> {
                handled.incrementAndGet();
                Thread.currentThread().interrupt();
            });
            server.start();
            for (int i = 0; i < 5; i++) {
                stream.add("order.paid", "{\"id\":\"o-" + i + "\",\"amount\":1}");
            }
            await().until(() -> handled.get() == 5);
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
        }
    }

    @Test
    void an_error_thrown_by_a_handler_fails_its_event_and_not_the_subscription() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        stream.add("order.sent", "{\"id\":\"o-1\",\"amount\":1}");
        AtomicInteger handled = new AtomicInteger();
        try (ConsumerServer server = stream.server().concurrency(1).build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> {
                throw new NoClassDefFoundError("com/example/Missing");
            });
            server.addHandler("order.sent", Order.class, (order, header) -> handled.incrementAndGet());
            server.start();

            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            assertThat(handled).hasValue(1);
        }
    }

    @Test
    void a_node_services_namespaced_type_finds_the_handler_of_the_plain_type() {
        stream.add("*", "user-service.user.created", "{\"id\":\"u-1\",\"amount\":0}", h -> h.origin("user-service"));
        AtomicInteger handled = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("user.created", Order.class, (user, header) -> handled.incrementAndGet());
            server.start();

            await().until(() -> handled.get() == 1);
        }
    }
}
