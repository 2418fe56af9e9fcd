package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.testkit.RedisExtension;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several publishers and servers at work in one application, which has one registry. */
@Timeout(60)
class SharedRegistryIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CountDownLatch gate = new CountDownLatch(1);

    private ConsumerServer server(String group) {
        return ConsumerServer.builder().redis(REDIS.uri()).stream("order-events")
                .group(group)
                .concurrency(2)
                // Else one of them could take all that there is.
                .maxPending(10)
                .meterRegistry(registry)
                .build()
                .addHandler("order.*", Map.class, (body, header) -> gate.await())
                .start();
    }

    private EventPublisher publisher() {
        return EventPublisher.builder("shop")
                .redis(REDIS.uri())
                .meterRegistry(registry)
                .build();
    }

    private static void publish(EventPublisher publisher, int from, int to) {
        CompletableFuture.allOf(IntStream.range(from, to)
                        .mapToObj(n -> publisher.publish("order.paid", Map.of("n", n)))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private static long handled(ConsumerServer... servers) {
        return Stream.of(servers)
                .mapToLong(server -> server.status().totals().handled())
                .sum();
    }

    private double counted(String group) {
        return registry.get("millrace.consumer.handled")
                .tag("group", group)
                .functionCounter()
                .count();
    }

    private double running(String group) {
        return registry.get("millrace.consumer.running")
                .tag("group", group)
                .gauge()
                .value();
    }

    private double published() {
        return registry.get("millrace.publisher.published").counter().count();
    }

    private List<String> groups() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("millrace.consumer."))
                .map(id -> id.getTag("group"))
                .distinct()
                .toList();
    }

    @Test
    void what_they_do_adds_up_and_each_one_that_closes_leaves_the_others_theirs() {
        EventPublisher till = publisher();
        EventPublisher web = publisher();
        ConsumerServer one = server("shipping");
        ConsumerServer two = server("shipping");
        ConsumerServer audit = server("audit");
        try (till;
                web;
                one;
                two;
                audit) {
            publish(till, 0, 60);
            publish(web, 60, 100);
            await().untilAsserted(() -> {
                assertThat(running("shipping")).isEqualTo(4);
                assertThat(running("audit")).isEqualTo(2);
            });
            gate.countDown();
            await().until(() -> handled(one, two) == 100 && handled(audit) == 100);
            assertThat(counted("shipping")).isEqualTo(100);
            assertThat(counted("audit")).isEqualTo(100);
            assertThat(published()).isEqualTo(100);

            one.close();
            till.close();
            assertThat(counted("shipping")).as("a counter never falls").isEqualTo(100);
            publish(web, 100, 110);
            await().until(() -> counted("shipping") == 110 && counted("audit") == 110);
            assertThat(published()).isEqualTo(110);

            two.close();
            assertThat(groups()).containsExactly("audit");
            web.close();
            assertThat(registry.find("millrace.publisher.published").meters()).isEmpty();
            assertThat(counted("audit")).isEqualTo(110);
        }
        assertThat(registry.getMeters()).isEmpty();
    }
}
