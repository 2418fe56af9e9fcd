package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Meters that people are woken by say nothing that is not so. */
@Timeout(90)
class TrueMetersIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static final int EVENTS = 20_000;

    private final TestStream stream = new TestStream(REDIS.server());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void an_event_that_is_given_up_while_it_is_kept_alive_counts_as_given_up_and_not_as_taken_by_another() {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        stream.addMany(EVENTS, i -> new TestStream.Added("order.paid", body, "k" + i));
        try (ConsumerServer server = stream.server()
                .claimIdle(Duration.ofSeconds(1))
                .retry(RetryPolicy.none())
                .meterRegistry(registry)
                .build()) {
            server.addHandler("order.paid", byte[].class, (event, header) -> {
                throw new IllegalStateException("for a test");
            });
            server.start();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> server.status().totals().deadLettered() == EVENTS);
            assertThat(registry.get("millrace.consumer.ownership.lost")
                            .functionCounter()
                            .count())
                    .isZero();
        }
    }

    @Test
    void a_loop_that_rests_as_long_as_it_should_is_not_late() {
        try (ConsumerServer server = stream.server()
                .claimIdle(Duration.ofMinutes(10))
                .meterRegistry(registry)
                .build()) {
            server.addHandler("**", Object.class, (body, header) -> {}).start();
            await().until(() -> server.status().loops().stream()
                    .anyMatch(loop -> loop.sinceProgress().toSeconds() >= 4));
            assertThat(registry.get("millrace.consumer.loop.age").gauge().value())
                    .isLessThan(3);
        }
    }
}
