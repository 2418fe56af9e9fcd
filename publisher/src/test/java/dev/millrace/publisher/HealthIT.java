package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Health;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class HealthIT {

    private static final Duration DOWN_WITHIN = Duration.ofSeconds(15);
    private static final Duration UP_WITHIN = Duration.ofSeconds(10);

    private final RedisServer server = RedisServer.embedded();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_stopped_redis_is_seen_within_15_seconds_and_its_return_within_10(boolean idle) throws Exception {
        try (EventPublisher publisher =
                EventPublisher.builder("billing").redis(server.uri()).build()) {
            publisher.publish("order.paid", Map.of("n", 1)).get(20, TimeUnit.SECONDS);
            assertThat(publisher.health().up()).isTrue();
            server.pause();
            CompletableFuture<?> waiting =
                    idle ? CompletableFuture.completedFuture(null) : publisher.publish("order.paid", Map.of("n", 2));
            Health down = await(publisher, false, DOWN_WITHIN);
            assertThat(down.reason()).contains(idle ? "Redis has not answered for" : "order-events: events wait");
            server.resume();
            await(publisher, true, UP_WITHIN);
            waiting.get(20, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_killed_redis_is_seen_and_its_return_too(boolean idle) throws Exception {
        EventPublisher publisher =
                EventPublisher.builder("billing").redis(server.uri()).build();
        publisher.publish("order.paid", Map.of("n", 1)).get(20, TimeUnit.SECONDS);
        server.kill();
        if (!idle) {
            CompletableFuture<?> unused = publisher.publish("order.paid", Map.of("n", 2));
        }
        assertThat(await(publisher, false, DOWN_WITHIN).reason()).contains("last fault");
        server.restart();
        await(publisher, true, UP_WITHIN);
        publisher.close();
        assertThat(publisher.health().reason()).isEqualTo("the publisher is closed");
    }

    private static Health await(EventPublisher publisher, boolean up, Duration within) {
        long start = System.nanoTime();
        Health health = publisher.health();
        while (health.up() != up && System.nanoTime() - start < within.toNanos()) {
            LockSupport.parkNanos(10_000_000);
            health = publisher.health();
        }
        assertThat(health.up()).as("after %s: %s", within, health).isEqualTo(up);
        return health;
    }
}
