package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a server asks of a store of its user's own, and when. */
@Timeout(60)
class IdempotencyStoreIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static final String ORDER = "{\"id\":\"o-1\"}";

    private TestStream stream;
    private final AtomicInteger handled = new AtomicInteger();

    @BeforeEach
    void stream() {
        stream = new TestStream(REDIS.server());
    }

    /** Notes what it is asked. */
    private static class Noting implements IdempotencyStore {
        final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
        private final IdempotencyStore records = IdempotencyStore.inMemory(1_000);

        @Override
        public List<@Nullable Holder> claim(List<Claim> claims) throws Exception {
            return records.claim(claims);
        }

        @Override
        public void complete(Claim claim) throws Exception {
            calls.add("complete");
        }

        @Override
        public void release(List<Claim> claims) throws Exception {
            calls.add("release " + claims.size());
            records.release(claims);
        }

        @Override
        public void call(Claim claim, HandlerCall handler) throws Exception {
            calls.add("begin");
            handler.run();
            calls.add("end");
        }
    }

    private ConsumerServer server(IdempotencyStore store) {
        return stream.server().idempotencyStore(store).build();
    }

    private void awaitNothingPending() {
        await().untilAsserted(() -> assertThat(stream.pending()).isZero());
    }

    @Test
    void in_memory_copies_are_passed_over_and_redis_keeps_no_records() {
        try (ConsumerServer server = server(IdempotencyStore.inMemory(1_000))) {
            server.addHandler("order.paid", Object.class, (body, header) -> handled.incrementAndGet());
            server.start();
            for (int i = 0; i < 5; i++) {
                stream.add("order.paid", ORDER);
            }
            await().until(() -> server.status().totals().duplicates() == 4);
            awaitNothingPending();
            assertThat(handled).hasValue(1);
            assertThat(REDIS.server().cli("KEYS", "*" + stream.name() + "*claims*"))
                    .isBlank();
            assertThatThrownBy(() -> server.idempotency(stream.name(), TestStream.GROUP))
                    .hasMessageContaining("idempotencyStore");
        }
    }

    @Test
    void completion_is_inside_the_call_of_the_last_handler() {
        Noting store = new Noting();
        try (ConsumerServer server = server(store)) {
            server.addHandler("order.paid", Object.class, (body, header) -> store.calls.add("first"));
            server.addHandler("order.*", Object.class, (body, header) -> store.calls.add("second"));
            server.start();
            stream.add("order.paid", ORDER);
            await().until(() -> server.status().totals().handled() == 1);
            assertThat(store.calls).containsExactly("begin", "first", "end", "begin", "second", "complete", "end");
        }
    }

    @Test
    void a_completion_that_fails_is_a_failed_attempt_and_tried_again() {
        AtomicInteger completions = new AtomicInteger();
        Noting store = new Noting() {
            @Override
            public void complete(Claim claim) {
                if (completions.incrementAndGet() == 1) {
                    throw new IllegalStateException("the transaction was rolled back");
                }
            }
        };
        try (ConsumerServer server = server(store)) {
            server.addHandler("order.paid", Object.class, (body, header) -> handled.incrementAndGet());
            server.start();
            stream.add("order.paid", ORDER);
            awaitHandled(server);
            assertThat(handled).hasValue(2);
            assertThat(server.status().totals().failedAttempts()).isEqualTo(1);
        }
    }

    @Test
    void a_store_that_does_not_run_the_handler_says_that_it_was_handled_before() {
        Noting store = new Noting() {
            @Override
            public void call(Claim claim, HandlerCall handler) {}
        };
        try (ConsumerServer server = server(store)) {
            server.addHandler("order.paid", Object.class, (body, header) -> handled.incrementAndGet());
            server.start();
            stream.add("order.paid", ORDER);
            awaitHandled(server);
            awaitNothingPending();
            assertThat(handled).hasValue(0);
        }
    }

    @Test
    void a_store_that_does_not_run_the_handler_takes_no_permission_of_its_circuit_breaker_away() {
        CircuitBreaker breaker = CircuitBreaker.of(
                "b",
                CircuitBreakerConfig.custom()
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .build());
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        Noting store = new Noting() {
            @Override
            public void call(Claim claim, HandlerCall handler) {}
        };
        try (ConsumerServer server = server(store)) {
            server.addHandler(
                    "order.paid",
                    Object.class,
                    (body, header) -> handled.incrementAndGet(),
                    HandlerOptions.defaults().circuitBreaker(breaker));
            server.start();
            for (int i = 0; i < 5; i++) {
                stream.add("order.paid", "{\"id\":" + i + "}");
            }
            await().until(() -> server.status().totals().handled() == 5);
            assertThat(handled).hasValue(0);
        }
    }

    @Test
    void what_is_acknowledged_by_hand_is_completed_then_and_not_when_its_handler_returns() {
        Noting store = new Noting();
        try (ConsumerServer server = server(store)) {
            server.addHandler(
                    "order.paid",
                    Object.class,
                    (body, header, delivery) -> {
                        if (handled.incrementAndGet() == 1) {
                            delivery.fail(new IllegalStateException("not yet"));
                        } else {
                            delivery.ack();
                        }
                    },
                    HandlerOptions.defaults().manualAck());
            server.start();
            stream.add("order.paid", ORDER);
            awaitHandled(server);
            assertThat(store.calls).containsExactly("begin", "end", "begin", "end", "begin", "complete", "end");
        }
    }

    @Test
    void while_the_store_does_not_answer_events_wait_and_that_is_no_attempt() {
        AtomicInteger asked = new AtomicInteger();
        Noting store = new Noting() {
            @Override
            public List<@Nullable Holder> claim(List<Claim> claims) throws Exception {
                if (asked.incrementAndGet() <= 2) {
                    throw new java.io.IOException("the database is away");
                }
                return super.claim(claims);
            }
        };
        try (ConsumerServer server = server(store)) {
            server.addHandler("order.paid", Object.class, (body, header, delivery) -> {
                handled.addAndGet(delivery.attempt());
            });
            server.start();
            stream.add("order.paid", ORDER);
            awaitHandled(server);
            assertThat(asked).hasValue(3);
            assertThat(handled).as("attempts").hasValue(1);
        }
    }

    @Test
    void what_was_given_up_is_released_so_that_it_is_no_duplicate_when_it_comes_back() {
        Noting store = new Noting();
        try (ConsumerServer server = server(store)) {
            server.addHandler("order.paid", Object.class, (body, header) -> {
                if (handled.incrementAndGet() == 1) {
                    throw new NotRetryableException("not now");
                }
            });
            server.start();
            stream.add("order.paid", ORDER);
            await().until(() -> stream.deadLetters().size() == 1);
            await().until(() -> store.calls.contains("release 1"));
            stream.add("order.paid", ORDER);
            awaitHandled(server);
            assertThat(handled).hasValue(2);
        }
    }

    @Test
    void an_entry_trimmed_while_it_waits_gives_its_key_back_when_the_server_closes() {
        String id;
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(3, Duration.ofMinutes(5)))
                .build()) {
            server.addHandler("order.paid", Object.class, (body, header) -> {
                throw new IllegalStateException("later");
            });
            server.start();
            id = stream.add("order.paid", ORDER);
            await().until(() -> server.status().totals().failedAttempts() == 1);
            REDIS.server().cli("XDEL", stream.name(), id);
            // The next keep-alive finds it.
            await().until(() -> stream.pending() == 0);
        }
        assertThat(stream.deadLetters()).hasSize(1);
        stream.add("order.paid", ORDER);
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Object.class, (body, header) -> handled.incrementAndGet());
            server.start();
            awaitHandled(server);
            assertThat(handled).hasValue(1);
        }
    }

    private static void awaitHandled(ConsumerServer server) {
        await().until(() -> server.status().totals().handled() == 1);
    }
}
