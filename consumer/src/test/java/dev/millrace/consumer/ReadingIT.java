package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.routing.Priority;
import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a server shares the room that it has among its streams and groups. */
@Timeout(60)
class ReadingIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream stream = new TestStream(REDIS.server());
    private final Queue<String> handled = new ConcurrentLinkedQueue<>();

    private static void add(TestStream to, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            to.add("order.paid", "{\"id\":\"" + prefix + i + "\"}");
        }
    }

    private DeliveryHandler<Map<?, ?>> noting(Duration time) {
        return (body, header, delivery) -> {
            Thread.sleep(time.toMillis());
            handled.add((String) body.get("id"));
        };
    }

    @Test
    void what_holds_the_limit_is_held_at_most_however_many_groups_read() throws Exception {
        add(stream, "o-", 60);
        CountDownLatch release = new CountDownLatch(1);
        ConsumerServerBuilder builder = stream.server().concurrency(10).maxPending(10);
        List<String> groups = IntStream.range(0, 7).mapToObj(i -> "group-" + i).toList();
        groups.forEach(builder::group);
        try (ConsumerServer server = builder.build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> release.await())
                    .start();
            await().until(() -> server.status().load().inFlight() == 10);
            // Nothing that happens later lets more in.
            await().during(Duration.ofSeconds(2)).until(() -> server.pending() <= 10);
            release.countDown();
            await().until(() -> server.status().totals().handled() == 60 * 8);
            await().until(() -> server.pending() == 0 && server.status().load().inFlight() == 0);
        }
    }

    @Test
    void what_is_taken_over_from_others_stays_within_the_limit() throws Exception {
        add(stream, "o-", 30);
        stream.readAs("gone");
        stream.age("gone", Duration.ofSeconds(5));
        add(stream, "n-", 30);
        CountDownLatch release = new CountDownLatch(1);
        try (ConsumerServer server =
                stream.server().concurrency(4).maxPending(4).build()) {
            server.addHandler("order.paid", Map.class, (body, header) -> {
                        release.await();
                        handled.add((String) body.get("id"));
                    })
                    .start();
            await().until(() -> server.status().load().inFlight() == 4);
            await().during(Duration.ofSeconds(3))
                    .until(() -> server.status().load().inFlight() <= 4);
            release.countDown();
            await().atMost(Duration.ofSeconds(30)).until(() -> handled.size() == 60);
        }
    }
}
