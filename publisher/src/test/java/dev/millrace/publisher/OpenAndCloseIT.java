package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.redis.Redis;
import dev.millrace.testkit.RedisExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(600)
class OpenAndCloseIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    /** A connection takes its time; the long form is a thousand. */
    private static final int OWN_CONNECTIONS = Boolean.getBoolean("millrace.tests.long") ? 1_000 : 25;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void a_thousand_publishers_over_one_redis_leave_no_thread_no_connection_and_no_meter() throws Exception {
        List<String> threads;
        try (Redis shared = Redis.connect(REDIS.uri())) {
            openPublishAndClose(EventPublisher.builder("billing").redis(shared), 1);
            threads = threads();
            int connections = connections();
            openPublishAndClose(EventPublisher.builder("billing").redis(shared), 1_000);

            assertThat(connections()).isEqualTo(connections);
            assertThat(threads()).isEqualTo(threads);
            assertThat(registry.getMeters()).isEmpty();
        }
        assertThat(REDIS.server().cli("XLEN", "order-events")).isEqualTo("1001");
    }

    @Test
    void publishers_with_connections_of_their_own_leave_none_and_no_thread() throws Exception {
        List<String> threads = threads();
        int connections = connections();
        openPublishAndClose(EventPublisher.builder("billing").redis(REDIS.uri()), OWN_CONNECTIONS);

        await("the server has heard of it").until(() -> connections() == connections);
        assertThat(threads()).isEqualTo(threads);
        assertThat(registry.getMeters()).isEmpty();
    }

    private void openPublishAndClose(EventPublisherBuilder builder, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (EventPublisher publisher = builder.meterRegistry(registry).build()) {
                publisher.publish("order.paid", Map.of("n", i)).get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** Ours, and those of the Redis client. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("millrace-") || name.startsWith("lettuce-"))
                .sorted()
                .toList();
    }

    private static int connections() {
        return (int) REDIS.server().cli("CLIENT", "LIST").lines().count();
    }
}
