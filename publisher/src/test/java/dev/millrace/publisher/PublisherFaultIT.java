package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TcpProxy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(90)
class PublisherFaultIT {

    private static final int EVENTS = 5_000;

    private final RedisServer server = RedisServer.builder()
            .appendOnly(true)
            .arguments("--appendfsync", "always")
            .start();
    private final TcpProxy proxy = TcpProxy.inFrontOf(server);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void stop() {
        proxy.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void replies_lost_and_the_connection_ended_or_broken_in_mid_batch_cost_only_counted_duplicates(boolean reset)
            throws Exception {
        try (EventPublisher publisher = publisher(proxy.uri())) {
            publisher.publish("order.paid", Map.of("n", -1)).get(20, TimeUnit.SECONDS);
            proxy.dropReplies();
            List<CompletableFuture<PublishReceipt>> futures = publish(publisher, EVENTS);
            awaitStored(2);
            end(reset);
            proxy.heal();
            all(futures);
            assertInOrder(futures);
            long surplus = length() - EVENTS - 1;
            assertThat(surplus).as("events whose reply was lost were stored").isPositive();
            assertThat(count("suspected.duplicates")).isGreaterThanOrEqualTo((double) surplus);
            assertThat(count("failed")).isZero();
        }
    }

    @Test
    void a_reset_connection_loses_nothing() throws Exception {
        try (EventPublisher publisher = publisher(proxy.uri())) {
            List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>();
            for (int round = 0; round < 5; round++) {
                futures.addAll(publish(publisher, EVENTS / 5));
                proxy.reset();
                proxy.heal();
            }
            all(futures);
            assertInOrder(futures);
            assertThat(length()).isGreaterThanOrEqualTo(EVENTS);
            assertThat(length() - EVENTS).isLessThanOrEqualTo((long) count("suspected.duplicates"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void strict_order_survives_connections_ended_and_broken_in_mid_batch_and_a_full_redis(boolean reset)
            throws Exception {
        try (EventPublisher publisher = EventPublisher.builder("billing")
                .redis(proxy.uri())
                .strictOrder(true)
                .meterRegistry(registry)
                .build()) {
            List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>();
            for (int round = 0; round < 5; round++) {
                futures.addAll(publish(publisher, EVENTS / 5));
                end(reset);
                server.cli("CONFIG", "SET", "maxmemory", round % 2 == 0 ? "1" : "0");
            }
            server.cli("CONFIG", "SET", "maxmemory", "0");
            all(futures);
            assertInOrder(futures);
            assertThat(count("reordered")).isZero();
            assertThat(length() - EVENTS).isBetween(0L, (long) count("suspected.duplicates"));
        }
    }

    @Test
    void a_killed_and_restarted_redis_has_every_event_whose_future_succeeded() throws Exception {
        try (EventPublisher publisher = publisher(server.uri())) {
            List<CompletableFuture<PublishReceipt>> futures = publish(publisher, EVENTS);
            server.kill();
            futures.addAll(publish(publisher, 1_000));
            server.restart();
            all(futures);
            assertInOrder(futures);
            for (int i = 0; i < futures.size(); i += 97) {
                PublishReceipt receipt = futures.get(i).join();
                assertThat(server.cli("XRANGE", receipt.stream(), receipt.entryId(), receipt.entryId()))
                        .contains(receipt.eventId());
            }
        }
    }

    private void end(boolean reset) {
        if (reset) {
            proxy.reset();
        } else {
            proxy.cut();
        }
    }

    private EventPublisher publisher(String uri) {
        return EventPublisher.builder("billing")
                .redis(uri)
                .meterRegistry(registry)
                .build();
    }

    private static List<CompletableFuture<PublishReceipt>> publish(EventPublisher publisher, int count) {
        List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(publisher.publish("order.paid", Map.of("n", i)));
        }
        return futures;
    }

    private static void all(List<CompletableFuture<PublishReceipt>> futures) throws Exception {
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
    }

    private static void assertInOrder(List<CompletableFuture<PublishReceipt>> futures) {
        assertThat(futures.stream().map(future -> future.join().entryId()).toList())
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Entries.BY_ID);
    }

    private void awaitStored(long count) {
        while (length() < count) {
            Thread.onSpinWait();
        }
    }

    private long length() {
        return Long.parseLong(server.cli("XLEN", "order-events"));
    }

    private double count(String meter) {
        return registry.get("millrace.publisher." + meter).counter().count();
    }
}
