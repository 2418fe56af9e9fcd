package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.PublishReceipt;
import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.TcpProxy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a publisher sends again because an answer was lost, in the eyes of a consumer. */
@Timeout(60)
class ResendIT {

    private static final int EVENTS = 500;

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void a_resend_after_a_lost_reply_is_counted_as_a_suspected_duplicate_and_handled_once() throws Exception {
        Map<Object, Integer> handlings = new ConcurrentHashMap<>();
        try (TcpProxy proxy = TcpProxy.inFrontOf(REDIS.server());
                EventPublisher publisher = EventPublisher.builder("billing")
                        .redis(proxy.uri())
                        .meterRegistry(registry)
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(REDIS.uri()).stream("order-events")
                        .group("shipping")
                        .build()
                        .addHandler(
                                "order.paid",
                                Map.class,
                                (body, header) -> handlings.merge(body.get("n"), 1, Integer::sum))
                        .start()) {
            publisher.publish("order.paid", Map.of("n", -1)).get(20, TimeUnit.SECONDS);
            proxy.dropReplies();
            List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                futures.add(publisher.publish("order.paid", Map.of("n", i)));
            }
            await("some are stored, and nobody hears of it").until(() -> length() > 1);
            proxy.reset();
            proxy.heal();
            CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
                    .get(30, TimeUnit.SECONDS);

            long copies = length() - EVENTS - 1;
            assertThat(copies).isPositive();
            assertThat(registry.get("millrace.publisher.suspected.duplicates")
                            .counter()
                            .count())
                    .isGreaterThanOrEqualTo((double) copies);
            await().untilAsserted(() ->
                    assertThat(server.status().totals().duplicates()).isEqualTo(copies));
            await().until(() -> handlings.size() == EVENTS + 1);
            await().until(() ->
                    REDIS.server().cli("XPENDING", "order-events", "shipping").startsWith("0"));
            assertThat(server.status().totals().deadLettered()).isZero();
        }
        assertThat(handlings)
                .containsOnlyKeys(IntStream.range(-1, EVENTS).boxed().toArray())
                .allSatisfy((number, times) -> assertThat(times).isEqualTo(1));
    }

    private static long length() {
        return Long.parseLong(REDIS.server().cli("XLEN", "order-events").trim());
    }
}
