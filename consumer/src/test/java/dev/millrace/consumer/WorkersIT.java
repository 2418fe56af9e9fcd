package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.Delivery;
import dev.millrace.testkit.RedisExtension;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the threads that run handlers live through, and what becomes of their events when they do not. */
@Timeout(60)
class WorkersIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Numbered(int n) {}

    private final TestStream stream = new TestStream(REDIS.server());
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void logAgain() {
        FragileLog.failOn(null);
    }

    /** Fails once, and so does whoever says so. */
    private static final class FailingOnce implements ConsumerHooks {

        private final AtomicInteger befores = new AtomicInteger();

        @Override
        public void before(Delivery delivery) {
            if (befores.incrementAndGet() == 1) {
                FragileLog.failOn(message -> message.contains("hook ")
                        || message.contains("worker failed")
                        || message.contains("could not be settled"));
                throw new IllegalStateException("for a test");
            }
        }
    }

    @Test
    void the_event_of_a_worker_whose_thread_died_is_handled_and_its_permit_is_back() {
        Set<String> handled = ConcurrentHashMap.newKeySet();
        try (ConsumerServer server =
                stream.server().concurrency(1).hooks(new FailingOnce()).build()) {
            server.addHandler("order.paid", Map.class, (body, header, delivery) -> {
                        handled.add(delivery.entryId());
                        threads.add(Thread.currentThread());
                    })
                    .start();
            String id = stream.add("order.paid", "{}");
            await().dontCatchUncaughtExceptions()
                    .until(() -> server.status().totals().loopRestarts() == 1);
            FragileLog.failOn(null);
            await().until(() -> handled.contains(id) && server.pending() == 0);
            assertThat(server.status().load().running()).isZero();
            String next = stream.add("order.paid", "{\"n\":2}");
            await().until(() -> handled.contains(next));
        }
        assertThat(threads).as("the dead one's successor").hasSize(2);
    }

    @Test
    void what_breaks_down_with_every_event_is_said_once_and_counted_each_time() {
        AtomicInteger said = new AtomicInteger();
        FragileLog.failOn(message -> message.contains("could not be settled") && said.incrementAndGet() < 0);
        MeterRegistry broken = new SimpleMeterRegistry() {
            @Override
            protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
                throw new StackOverflowError("for a test");
            }
        };
        try (ConsumerServer server = stream.server().meterRegistry(broken).build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> calls.incrementAndGet())
                    .start();
            for (int i = 0; i < 20; i++) {
                stream.add("order.paid", "{\"n\":" + i + "}");
            }
            await().until(() -> server.status().totals().loopFailures() >= 20);
            assertThat(said).hasValue(1);
            await().until(() -> server.pending() == 0);
            await().pollDelay(Duration.ofMillis(1_500))
                    .until(() -> server.status().load().inFlight() == 0);
            assertThat(server.status().totals().handled()).isEqualTo(20);
            assertThat(server.status().load().waiting()).isZero();
            assertThat(server.status().totals().loopFailures()).isEqualTo(20);
        }
        assertThat(calls).hasValue(20);
    }

    @Test
    void an_event_of_the_year_one_is_handled_once_and_let_go_whoever_measures() {
        Set<Integer> batched = ConcurrentHashMap.newKeySet();
        MeterRegistry registry = new SimpleMeterRegistry();
        stream.add("*", "order.paid", "{\"n\":1}", header -> header.timestamp(Instant.parse("0001-01-01T00:00:00Z")));
        try (ConsumerServer server = stream.server().meterRegistry(registry).build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> calls.incrementAndGet())
                    .addBatchHandler(
                            "order.batched",
                            Numbered.class,
                            batch -> batch.items()
                                    .forEach(item -> batched.add(item.body().n())),
                            HandlerOptions.defaults().batch(2, Duration.ofMillis(10)))
                    .start();
            stream.add("order.batched", "{\"n\":2}");
            await().until(() -> server.status().totals().handled() == 2 && server.pending() == 0);
            await().pollDelay(Duration.ofMillis(1_500))
                    .until(() -> server.status().load().inFlight() == 0);
            assertThat(server.status().totals().handled()).isEqualTo(2);
            assertThat(server.status().load().waiting()).isZero();
            assertThat(server.status().totals().loopFailures()).isZero();
            assertThat(registry.get("millrace.consumer.latency")
                            .tag("type", "order.paid")
                            .timer()
                            .count())
                    .isZero();
        }
        assertThat(calls).hasValue(1);
        assertThat(batched).containsExactly(2);
    }

    @Test
    void an_interrupt_that_a_handler_left_behind_does_not_hit_the_next_one() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server = stream.server().retry(RetryPolicy.none()).build()) {
            server.addHandler(
                            "order.paid",
                            Map.class,
                            (body, header) -> Thread.currentThread().interrupt(),
                            HandlerOptions.defaults().priority(1))
                    .addHandler("order.paid", Map.class, (body, header) -> {
                        calls.incrementAndGet();
                        assertThat(new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS))
                                .isFalse();
                    })
                    .start();
            await().until(() -> calls.get() == 1 && server.pending() == 0);
            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(1));
        }
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void an_event_that_can_never_be_claimed_is_given_up_after_so_many_attempts() {
        AtomicInteger asked = new AtomicInteger();
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(1, Duration.ofMillis(10)))
                .filter(delivery -> asked.getAndIncrement() == 1
                        ? EventFilter.defer(Duration.ofMillis(300))
                        : EventFilter.process())
                .build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> calls.incrementAndGet())
                    .start();
            stream.add("order.paid", "{\"n\":1}");
            await().until(() -> calls.get() == 1);
            stream.add("order.paid", "{\"n\":2}");
            await().until(() -> asked.get() == 2);
            breakClaims();

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> stream.deadLetters().size() == 1);
            await().until(() -> server.pending() == 0);
            assertThat(stream.deadLetters().get(0))
                    .containsEntry("millrace.reason", "RETRIES_EXHAUSTED")
                    .containsEntry("millrace.attempts", "2");
        }
        assertThat(calls).hasValue(1);
    }

    /** Something else now stands where the claims were. */
    private void breakClaims() {
        String script = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) "
                + "redis.call('SET', key, 'x') end";
        REDIS.server().cli("EVAL", script, "0", "{" + stream.name() + "}:group:" + TestStream.GROUP + ":claims:*");
    }
}
