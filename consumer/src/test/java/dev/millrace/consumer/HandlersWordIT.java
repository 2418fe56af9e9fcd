package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.Delivery;
import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a handler may say of its event besides returning and throwing. */
@Timeout(60)
class HandlersWordIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static final HandlerOptions MANUAL = HandlerOptions.defaults().manualAck();

    private final TestStream stream = new TestStream(REDIS.server());
    private final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private Delivery taken() {
        await().until(() -> !deliveries.isEmpty());
        return deliveries.remove();
    }

    private ConsumerServer manual(ConsumerServerBuilder builder) {
        return builder.build()
                .addHandler("order.paid", Map.class, (body, header, delivery) -> deliveries.add(delivery), MANUAL);
    }

    @Test
    void a_skipped_event_is_acknowledged_and_its_later_handlers_do_not_run() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler(
                            "order.paid",
                            Map.class,
                            (body, header, delivery) -> {
                                calls.add("first");
                                delivery.skip("test order");
                            },
                            HandlerOptions.defaults().priority(1))
                    .addHandler("order.*", Map.class, (body, header) -> calls.add("second"))
                    .start();
            await().until(() -> server.status().totals().skipped() == 1);
            await().until(() -> server.pending() == 0);
            assertThat(server.status().totals().handled()).isZero();
        }
        assertThat(calls).containsExactly("first");
    }

    @Test
    void an_event_in_manual_mode_is_held_without_a_permit_until_somebody_acknowledges_it() {
        stream.add("order.paid", "{\"n\":1}");
        stream.add("order.paid", "{\"n\":2}");
        try (ConsumerServer server = manual(stream.server().concurrency(1)).start()) {
            Delivery first = taken();
            Delivery second = taken();
            // Longer than claim-idle: nobody else may get it meanwhile.
            try (ConsumerServer other = manual(stream.server()).start()) {
                await().pollDelay(Duration.ofMillis(1_500))
                        .until(() ->
                                server.pending() == 2 && other.status().totals().reclaimed() == 0);
            }
            assertThat(server.status().load().running()).isZero();
            assertThat(server.status().load().inFlight()).isEqualTo(2);
            first.ack();
            first.ack();
            await().until(() -> server.pending() == 1);
            second.skip("seen enough");
            await().until(() -> server.pending() == 0);
            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(1));
            assertThat(server.status().totals().skipped()).isEqualTo(1);
        }
        assertThat(deliveries).isEmpty();
    }

    @Test
    void a_failure_told_in_manual_mode_is_retried_and_the_word_of_an_old_attempt_changes_nothing() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server = manual(stream.server()).start()) {
            Delivery first = taken();
            first.fail(new IllegalStateException("bank said no"));
            Delivery second = taken();
            assertThat(second.attempt()).isEqualTo(2);
            assertThatThrownBy(first::ack).hasMessageContaining("attempt 1 of its handler has ended");
            assertThat(server.pending()).isEqualTo(1);
            second.ack();
            await().until(() -> server.pending() == 0);
            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(1));
        }
    }

    @Test
    void failures_told_in_manual_mode_end_in_the_dead_letters() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server =
                manual(stream.server().retry(RetryPolicy.none())).start()) {
            taken().fail(new IllegalStateException("bank said no"));
            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            await().until(() -> server.pending() == 0);
        }
        assertThat(stream.deadLetters().get(0)).containsEntry("millrace.message", "bank said no");
    }

    @Test
    void later_handlers_run_once_a_manual_one_has_acknowledged() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server = manual(stream.server())) {
            server.addHandler("order.*", Map.class, (body, header) -> calls.add("second"))
                    .start();
            Delivery delivery = taken();
            assertThat(calls).isEmpty();
            delivery.ack();
            await().until(() -> server.status().totals().handled() == 1);
            await().until(() -> server.pending() == 0);
        }
        assertThat(calls).containsExactly("second");
    }

    @Test
    void what_nobody_acknowledged_is_handed_back_at_close_and_a_later_word_says_so() {
        stream.add("order.paid", "{}");
        Delivery held;
        try (ConsumerServer server = manual(stream.server()).start()) {
            held = taken();
            assertThat(server.status().load().inFlight()).isEqualTo(1);
        }
        assertThatThrownBy(held::ack).hasMessageContaining("handed back when the server closed");
        try (ConsumerServer next = manual(stream.server()).start()) {
            Delivery again = taken();
            assertThat(again.redelivered()).isTrue();
            again.ack();
            await().until(() -> next.pending() == 0);
        }
    }

    @Test
    void an_acknowledgement_in_the_wrong_mode_or_place_is_refused_with_its_mend() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.none())
                .filter(delivery -> {
                    assertThatThrownBy(delivery::ack).hasMessageContaining("ack() is for a handler");
                    return EventFilter.process();
                })
                .build()) {
            server.addHandler("order.paid", Map.class, (body, header, delivery) -> delivery.ack())
                    .start();
            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
        }
        assertThat(stream.deadLetters().get(0).get("millrace.message"))
                .isEqualTo(
                        "ack(): this handler's events are acknowledged when it returns, and have failed when it throws;"
                                + " add it with HandlerOptions.defaults().manualAck() to say so yourself");
    }

    @Test
    void a_store_of_ones_own_is_told_at_the_acknowledgement_and_not_when_the_handler_returns() {
        stream.add("order.paid", "{}");
        IdempotencyStore memory = IdempotencyStore.inMemory(1_000);
        IdempotencyStore telling = new IdempotencyStore() {
            @Override
            public List<@Nullable Holder> claim(List<Claim> claims) throws Exception {
                return memory.claim(claims);
            }

            @Override
            public void complete(Claim claim) {
                calls.add("complete");
            }

            @Override
            public void release(List<Claim> claims) throws Exception {
                memory.release(claims);
            }
        };
        try (ConsumerServer server =
                manual(stream.server().idempotencyStore(telling)).start()) {
            Delivery delivery = taken();
            await().until(() -> server.status().load().running() == 0);
            assertThat(calls).isEmpty();
            delivery.ack();
            await().until(() -> server.pending() == 0);
        }
        assertThat(calls).containsExactly("complete");
    }
}
