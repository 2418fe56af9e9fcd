package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers that stop taking events while what they need is away. */
@Timeout(60)
class CircuitBreakerIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream stream = new TestStream(REDIS.server());
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger others = new AtomicInteger();
    private volatile boolean broken;

    private static CircuitBreaker breaker(Duration open) {
        return CircuitBreaker.of(
                "payment-api",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(4)
                        .minimumNumberOfCalls(4)
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .waitDurationInOpenState(open)
                        .build());
    }

    private void work() throws IOException {
        calls.incrementAndGet();
        if (broken) {
            throw new IOException("the payment API does not answer");
        }
    }

    private void add(String type, int count) {
        for (int i = 0; i < count; i++) {
            stream.add(type, "{\"id\":" + i + "}");
        }
    }

    private static HandlerOptions with(CircuitBreaker breaker) {
        return HandlerOptions.defaults().circuitBreaker(breaker);
    }

    @Test
    void while_it_is_open_its_events_wait_without_losing_an_attempt_and_others_go_on() {
        CircuitBreaker breaker = breaker(Duration.ofMinutes(10));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        broken = true;
        add("order.paid", 50);
        try (ConsumerServer server = stream.server()
                .concurrency(4)
                .retry(RetryPolicy.fixed(3, Duration.ofMillis(50)))
                .meterRegistry(meters)
                .build()) {
            server.addHandler("order.paid", Map.class, (order, header) -> work(), with(breaker))
                    .addHandler("parcel.sent", Map.class, (order, header) -> others.incrementAndGet())
                    .start();
            await().until(() -> breaker.getState() == CircuitBreaker.State.OPEN);
            add("parcel.sent", 20);

            await().until(() -> others.get() == 20);
            int before = calls.get();
            // Much longer than all retries would take.
            await().during(Duration.ofSeconds(1)).until(() -> calls.get() == before);
            assertThat(before).isLessThanOrEqualTo(8);
            assertThat(stream.deadLetters()).isEmpty();
            assertThat(meters.get("millrace.consumer.breaker")
                            .tag("breaker", "payment-api")
                            .gauge()
                            .value())
                    .isEqualTo(2);

            broken = false;
            breaker.transitionToClosedState();
            await().until(() -> server.status().totals().handled() == 70);
            await().until(() -> stream.pending() == 0);
            assertThat(stream.deadLetters()).isEmpty();
            assertThat(meters.get("millrace.consumer.breaker").gauge().value()).isZero();
        }
    }

    @Test
    void half_open_it_lets_so_many_try_as_it_permits_and_closes_when_they_succeed() {
        CircuitBreaker breaker = breaker(Duration.ofMillis(500));
        broken = true;
        add("order.paid", 200);
        try (ConsumerServer server = stream.server()
                .concurrency(8)
                .retry(RetryPolicy.fixed(20, Duration.ofMillis(10)))
                .build()) {
            server.addHandler("order.paid", Map.class, (order, header) -> work(), with(breaker))
                    .start();
            await().until(() -> breaker.getState() == CircuitBreaker.State.OPEN);
            int opened = calls.get();
            await().until(() -> calls.get() > opened);
            assertThat(calls.get() - opened).as("trials").isLessThanOrEqualTo(2);
            broken = false;
            await().until(() -> server.status().totals().handled() == 200);
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
            assertThat(stream.deadLetters()).isEmpty();
        }
    }

    @Test
    void what_waits_for_it_is_bounded_by_max_pending_and_is_handed_back_at_close_as_never_begun() {
        CircuitBreaker breaker = breaker(Duration.ofMinutes(10));
        breaker.transitionToOpenState();
        add("order.paid", 100);
        try (ConsumerServer server =
                stream.server().concurrency(4).maxPending(30).build()) {
            server.addHandler("order.paid", Map.class, (order, header) -> work(), with(breaker))
                    .start();
            await().until(() -> server.status().load().inFlight() == 30);
            await().during(Duration.ofMillis(700))
                    .until(() -> server.status().load().inFlight() <= 30);
            // But for the moment in which a worker finds out that it may not.
            await().until(() -> server.status().load().running() == 0);
        }
        assertThat(calls).hasValue(0);
        try (ConsumerServer next = stream.server().build()) {
            AtomicInteger first = new AtomicInteger();
            next.addHandler("order.paid", Map.class, (order, header, delivery) -> {
                        if (delivery.attempt() == 1) {
                            first.incrementAndGet();
                        }
                    })
                    .start();
            await().until(() -> next.status().totals().handled() == 100);
            assertThat(first).as("first attempts").hasValue(100);
        }
    }

    @Test
    void a_batch_is_one_call_of_it_and_waits_as_a_whole() {
        CircuitBreaker breaker = breaker(Duration.ofMillis(300));
        broken = true;
        add("order.paid", 40);
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(50, Duration.ofMillis(10)))
                .build()) {
            server.addBatchHandler(
                            "order.paid",
                            Object.class,
                            batch -> work(),
                            with(breaker).batch(10, Duration.ofMillis(50)))
                    .start();
            await().until(() -> breaker.getState() == CircuitBreaker.State.OPEN);
            broken = false;
            await().until(() -> server.status().totals().handled() == 40);
            await().until(() -> stream.pending() == 0);
        }
    }
}
