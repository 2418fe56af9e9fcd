package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.Delivery;
import dev.millrace.event.DeliveryContext;
import dev.millrace.testkit.RedisExtension;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an application is told of its events, and that what it does with that changes nothing. */
@Timeout(60)
class HooksIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream stream = new TestStream(REDIS.server());
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<ConsumerHooks.Failure> failures = new CopyOnWriteArrayList<>();

    /** Writes down what it is told, and whether the event was current. */
    private final class Recording implements ConsumerHooks {

        private final String name;

        Recording(String name) {
            this.name = name;
        }

        private void note(String what, Delivery delivery) {
            told.add(name + what + " " + delivery.header().type());
            assertThat(DeliveryContext.current()).isSameAs(delivery.header());
        }

        @Override
        public void before(Delivery delivery) {
            note("before", delivery);
        }

        @Override
        public void after(Delivery delivery) {
            note("after", delivery);
        }

        @Override
        public void onRetry(Delivery delivery, Throwable error, int attempt, Duration delay) {
            note("retry " + attempt + " in " + delay.toMillis() + " after " + error.getMessage(), delivery);
        }

        @Override
        public void onFailure(Delivery delivery, Failure failure) {
            note("failure " + failure.attempt() + " " + failure.reason(), delivery);
            failures.add(failure);
        }
    }

    @Test
    void hooks_are_told_of_success_in_their_order() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server = stream.server()
                .hooks(new Recording("1 "))
                .hooks(new Recording("2 "))
                .build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> told.add("handler"))
                    .start();
            await().until(() -> server.status().totals().handled() == 1);
        }
        assertThat(told)
                .containsExactly(
                        "1 before order.paid",
                        "2 before order.paid",
                        "handler",
                        "1 after order.paid",
                        "2 after order.paid");
    }

    @Test
    void hooks_are_told_of_each_retry_and_of_the_end_with_the_dead_letters_id() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(1, Duration.ofMillis(20)))
                .hooks(new Recording(""))
                .build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> {
                        throw new IllegalStateException("closed");
                    })
                    .start();
            await().until(() -> !failures.isEmpty());
        }
        assertThat(told)
                .containsExactly(
                        "before order.paid",
                        "retry 1 in 20 after closed order.paid",
                        "before order.paid",
                        "failure 2 RETRIES_EXHAUSTED order.paid");
        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure.error()).hasMessage("closed"));
        assertThat(REDIS.server().cli("XRANGE", stream.dead(), "-", "+"))
                .contains(String.valueOf(failures.get(0).deadLetterId()));
    }

    @Test
    void a_hook_that_throws_changes_neither_success_nor_failure_nor_what_other_hooks_are_told() {
        stream.add("order.paid", "{}");
        stream.add("order.failing", "{}");
        ConsumerHooks broken = new ConsumerHooks() {
            @Override
            public void before(Delivery delivery) throws Exception {
                throw new Exception("before");
            }

            @Override
            public void after(Delivery delivery) {
                throw new AssertionError("after");
            }

            @Override
            public void onRetry(Delivery delivery, Throwable error, int attempt, Duration delay) {
                throw new IllegalStateException("onRetry");
            }

            @Override
            public void onFailure(Delivery delivery, Failure failure) throws InterruptedException {
                throw new InterruptedException("onFailure");
            }
        };
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(1, Duration.ofMillis(20)))
                .hooks(broken)
                .hooks(new Recording(""))
                .build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> {})
                    .addHandler("order.failing", Map.class, (body, header) -> {
                        throw new IllegalStateException("closed");
                    })
                    .start();
            await().untilAsserted(() ->
                    assertThat(told).contains("after order.paid", "failure 2 RETRIES_EXHAUSTED order.failing"));
            await().until(() -> server.pending() == 0);
            assertThat(stream.deadLetters()).hasSize(1);
            assertThat(server.status().totals().loopFailures()).isZero();
            assertThat(told).hasSize(6);
        }
    }

    @Test
    void what_an_observer_throws_is_no_failure_of_an_event_that_is_handled() {
        ObservationRegistry observed = ObservationRegistry.create();
        observed.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStart(Observation.Context context) {
                told.add("start");
                if (told.size() == 1) {
                    throw new IllegalStateException("start");
                }
            }

            @Override
            public void onScopeOpened(Observation.Context context) {
                throw new IllegalStateException("scope");
            }

            @Override
            public void onStop(Observation.Context context) {
                throw new IllegalStateException("stop");
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        stream.add("order.paid", "{\"n\":1}");
        stream.add("order.paid", "{\"n\":2}");
        try (ConsumerServer server =
                stream.server().concurrency(1).observationRegistry(observed).build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> told.add("handler"))
                    .start();
            await().until(() -> server.status().totals().handled() == 2 && stream.pending() == 0);
            assertThat(server.status().totals().failedAttempts()).isZero();
        }
        assertThat(told).containsExactly("start", "handler", "start", "handler");
    }

    @Test
    void an_event_that_nobody_handles_is_a_failure_only_where_it_becomes_a_dead_letter() {
        stream.add("order.unknown", "{}");
        try (ConsumerServer server = stream.server()
                .unhandled(UnhandledPolicy.DEAD_LETTER)
                .hooks(new Recording(""))
                .build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> {}).start();
            await().until(() -> !failures.isEmpty());
        }
        assertThat(told).containsExactly("failure 0 NO_HANDLER order.unknown");
        assertThat(failures.get(0).error()).isNull();
    }
}
