package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a handler's time limit ends, and what it leaves alone. */
@Timeout(60)
class TimeLimitIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream stream = new TestStream(REDIS.server());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private static HandlerOptions limit(int millis) {
        return HandlerOptions.defaults().timeLimit(Duration.ofMillis(millis));
    }

    private double timeouts() {
        return meters.get("millrace.consumer.timeouts").functionCounter().count();
    }

    private double overdue() {
        return meters.get("millrace.consumer.overdue").gauge().value();
    }

    @Test
    void a_handler_that_takes_too_long_is_interrupted_and_its_event_tried_again() {
        stream.add("order.paid", "{\"id\":1}");
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger interrupted = new AtomicInteger();
        try (ConsumerServer server = stream.server().meterRegistry(meters).build()) {
            server.addHandler(
                            "order.paid",
                            Map.class,
                            (order, header) -> {
                                if (calls.incrementAndGet() == 1) {
                                    try {
                                        new CountDownLatch(1).await();
                                    } catch (InterruptedException e) {
                                        interrupted.incrementAndGet();
                                        throw e;
                                    }
                                }
                            },
                            limit(300))
                    .start();

            await().until(() -> server.status().totals().handled() == 1);
            assertThat(interrupted).hasValue(1);
            assertThat(calls).hasValue(2);
            assertThat(timeouts()).isEqualTo(1);
        }
    }

    @Test
    void an_event_that_takes_too_long_each_time_is_dead_lettered_for_it() {
        stream.add("order.paid", "{\"id\":1}");
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(1, Duration.ofMillis(20)))
                .build()) {
            server.addHandler("order.paid", Map.class, (order, header) -> new CountDownLatch(1).await(), limit(50))
                    .start();

            await().until(() -> stream.deadLetters().size() == 1);
            assertThat(stream.deadLetters().get(0))
                    .containsEntry("millrace.exception", HandlerTimeoutException.class.getName())
                    .containsEntry("millrace.message", "handler for 'order.paid' took longer than PT0.05S")
                    .containsEntry("millrace.attempts", "2");
        }
    }

    @Test
    void the_interrupt_never_hits_a_later_event() {
        int each = 400;
        for (int i = 0; i < each; i++) {
            stream.add("order.limited", "{\"id\":" + i + "}");
            stream.add("order.free", "{\"id\":" + i + "}");
        }
        AtomicInteger hit = new AtomicInteger();
        AtomicInteger free = new AtomicInteger();
        try (ConsumerServer server = stream.server()
                .concurrency(2)
                .retry(RetryPolicy.none())
                .meterRegistry(meters)
                .build()) {
            server.addHandler(
                            "order.limited",
                            Map.class,
                            // About as long as its limit, so that ends and interrupts meet.
                            (order, header) ->
                                    Thread.sleep(ThreadLocalRandom.current().nextInt(2, 8)),
                            limit(5))
                    .addHandler("order.free", Map.class, (order, header) -> {
                        try {
                            Thread.sleep(1);
                        } catch (InterruptedException e) {
                            hit.incrementAndGet();
                        }
                        free.incrementAndGet();
                    })
                    .start();

            await().atMost(Duration.ofSeconds(40)).until(() -> server.pending() == 0 && free.get() == each);
            assertThat(timeouts()).isBetween(1.0, each - 1.0);
            assertThat(hit).as("interrupts that hit others").hasValue(0);
        }
    }

    @Test
    void a_handler_that_ignores_its_limit_keeps_its_permit_and_shows() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger others = new AtomicInteger();
        stream.add("order.stuck", "{\"id\":1}");
        try (ConsumerServer server = stream.server()
                .concurrency(1)
                .retry(RetryPolicy.none())
                .meterRegistry(meters)
                .build()) {
            server.addHandler(
                            "order.stuck",
                            Map.class,
                            (order, header) -> {
                                while (release.getCount() > 0) {
                                    Thread.onSpinWait();
                                }
                            },
                            limit(50))
                    .addHandler("order.paid", Map.class, (order, header) -> others.incrementAndGet())
                    .start();
            await().until(() -> overdue() == 1);
            stream.add("order.paid", "{\"id\":2}");
            await().during(Duration.ofMillis(500)).until(() -> others.get() == 0);
            assertThat(server.status().load().running()).isEqualTo(1);

            release.countDown();
            await().until(() -> others.get() == 1);
            assertThat(overdue()).isZero();
            await().untilAsserted(() -> assertThat(stream.deadLetters())
                    .as("it ended too late to count as handled")
                    .hasSize(1));
        } finally {
            release.countDown();
        }
    }
}
