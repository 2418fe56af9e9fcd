package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.PublishReceipt;
import dev.millrace.publisher.RetentionPolicy;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Redis that is at its memory limit, between a publisher and a worker. */
@Timeout(120)
class FullRedisIT {

    private static final int EVENTS = 600;
    private static final int FAILING = 7;

    @Test
    void a_worker_drains_a_full_redis_retention_makes_room_and_the_publisher_goes_on_without_a_loss() throws Exception {
        Map<Object, Integer> handlings = new ConcurrentHashMap<>();
        String padding = "x".repeat(20_000);
        try (RedisServer redis = RedisServer.builder().maxMemory("8mb").start();
                EventPublisher publisher = EventPublisher.builder("billing")
                        .redis(redis.uri())
                        .retention(RetentionPolicy.defaults().maxLength(20))
                        .deliveryTimeout(Duration.ofSeconds(90))
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(redis.uri()).stream("order-events")
                        .group("shipping")
                        .retry(RetryPolicy.none())
                        .build()
                        .addHandler("order.paid", Map.class, (body, header) -> {
                            handlings.merge(body.get("n"), 1, Integer::sum);
                            if (body.get("n").equals(FAILING)) {
                                throw new IllegalStateException("no such customer");
                            }
                        })) {
            List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>();
            for (int n = 0; n < EVENTS; n++) {
                futures.add(publisher.publish("order.paid", Map.of("n", n, "padding", padding)));
            }
            await("Redis is full").atMost(Duration.ofSeconds(20)).until(() -> refusals(redis) > 0);
            assertThat(futures).anySatisfy(future -> assertThat(future).isNotDone());

            server.start();

            CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
                    .get(90, TimeUnit.SECONDS);
            await().atMost(Duration.ofSeconds(20)).until(() -> handlings.size() == EVENTS);
            await().atMost(Duration.ofSeconds(20)).until(() -> server.pending() == 0);
            assertThat(server.status().totals().deadLettered()).isEqualTo(1);
            assertThat(server.status().totals().lost()).isZero();
            assertThat(redis.cli("XLEN", "{order-events}:dead")).isEqualTo("1");
        }
        assertThat(handlings.values()).containsOnly(1);
    }

    private static long refusals(RedisServer redis) {
        return redis.cli("INFO", "errorstats")
                .lines()
                .filter(line -> line.startsWith("errorstat_OOM:"))
                .count();
    }
}
