package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.publisher.BufferFullException;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.TcpProxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers that publish while the publisher cannot get rid of anything. */
@Timeout(90)
class PublishingHandlerIT {

    private static final int EVENTS = 40;
    private static final Pattern CAUSE = Pattern.compile("\"causationId\":\"([^\"]+)\"");

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final AtomicInteger refused = new AtomicInteger();

    @Test
    void a_full_buffer_fails_handlings_which_are_tried_again_until_everything_is_published_once() throws Exception {
        try (TcpProxy proxy = TcpProxy.inFrontOf(REDIS.server());
                EventPublisher publisher = EventPublisher.builder("shipping")
                        .redis(proxy.uri())
                        .buffer(2, 1 << 20)
                        .blockFor(Duration.ofMillis(50))
                        .build();
                ConsumerServer server = server(publisher).start()) {
            publisher.publish("parcel.warmed", "up").join();
            proxy.dropRequests();
            try (EventPublisher orders =
                    EventPublisher.builder("billing").redis(REDIS.uri()).build()) {
                for (int i = 0; i < EVENTS; i++) {
                    var unused = orders.publish("order.paid", Map.of("n", i));
                }
            }
            await("every permit has met the full buffer").until(() -> refused.get() > EVENTS);
            assertThat(causes()).isZero();
            proxy.heal();

            await().atMost(Duration.ofSeconds(60)).until(() -> causes() == EVENTS);
            await().until(() ->
                    REDIS.server().cli("XPENDING", "order-events", "shipping").startsWith("0"));
            assertThat(server.status().totals().deadLettered()).isZero();
            assertThat(REDIS.server().cli("XLEN", "parcel-events").trim()).isEqualTo(Integer.toString(EVENTS + 1));
        }
    }

    private ConsumerServer server(EventPublisher publisher) {
        return ConsumerServer.builder().redis(REDIS.uri()).stream("order-events")
                .group("shipping")
                .concurrency(4)
                .retry(RetryPolicy.fixed(900, Duration.ofMillis(20)))
                .build()
                .addHandler("order.paid", Map.class, (order, header) -> {
                    try {
                        var unused = publisher.publish("parcel.sent", order);
                    } catch (BufferFullException e) {
                        refused.incrementAndGet();
                        throw e;
                    }
                });
    }

    /** How many orders have led to a parcel. */
    private static long causes() {
        return CAUSE.matcher(REDIS.server().cli("XRANGE", "parcel-events", "-", "+"))
                .results()
                .map(found -> found.group(1))
                .distinct()
                .count();
    }
}
