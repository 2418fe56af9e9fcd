package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A delivery's whole life on a Redis Cluster of three masters, with streams that lie on different ones. */
@Timeout(120)
class ClusterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start(3);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static TestStream stream() {
        String name = TestStream.freshName();
        return new TestStream(cluster.nodeOf(name), name);
    }

    /** One for each master. */
    private static List<TestStream> streams() {
        Map<Integer, TestStream> byNode = new HashMap<>();
        while (byNode.size() < 3) {
            TestStream stream = stream();
            byNode.put(cluster.nodeOf(stream.name()).port(), stream);
        }
        return List.copyOf(byNode.values());
    }

    @Test
    void streams_on_all_masters_are_read_by_one_server_and_every_event_ends_where_it_should() {
        List<TestStream> streams = streams();
        Set<Object> handled = ConcurrentHashMap.newKeySet();
        ConsumerServerBuilder builder =
                streams.get(0).server(ConsumerServer.builder().redis(cluster.uri()));
        streams.subList(1, 3).forEach(stream -> builder.stream(stream.name()));
        builder.claimIdle(Duration.ofSeconds(3)).retry(RetryPolicy.fixed(1, Duration.ofMillis(20)));
        try (ConsumerServer server = builder.build()
                .addHandler("order.**", Map.class, (body, header, delivery) -> {
                    if (body.containsKey("fails")) {
                        throw new IllegalStateException("as it was told");
                    }
                    handled.add(delivery.stream() + body.get("id"));
                })
                .start()) {
            for (TestStream stream : streams) {
                for (int i = 0; i < 20; i++) {
                    stream.add("order.paid", "{\"id\":" + i + "}");
                }
                stream.add("order.paid", "{\"id\":19}");
                stream.add("order.paid", "{\"id\":\"bad\",\"fails\":true}");
                stream.addRaw("data", "no event");
            }
            await().atMost(PATIENCE).until(() -> handled.size() == 60);
            await().atMost(PATIENCE).until(() -> streams.stream().allMatch(TestStream::settled));
            assertThat(server.status().totals().duplicates()).isEqualTo(3);
        }
        for (TestStream stream : streams) {
            assertThat(stream.deadLetters().stream()
                            .map(letter -> letter.get("millrace.reason"))
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrder("RETRIES_EXHAUSTED", "MALFORMED");
            assertThat(stream.consumers()).isBlank();
        }
    }

    @Test
    void dead_letters_on_another_master_are_written_before_the_entry_is_acknowledged() {
        List<TestStream> streams = streams();
        TestStream stream = streams.get(0);
        TestStream dead = streams.get(1);
        stream.add("order.paid", "{\"id\":1}");
        try (ConsumerServer server = stream.server(ConsumerServer.builder().redis(cluster.uri()))
                .deadLetterStream(dead.name())
                .claimIdle(Duration.ofSeconds(3))
                .retry(RetryPolicy.none())
                .build()
                .addHandler("order.**", Map.class, (body, header) -> {
                    throw new IllegalStateException("as it was told");
                })
                .start()) {
            await().atMost(PATIENCE).until(() -> dead.length() == 1);
            await().atMost(PATIENCE).until(stream::settled);
            assertThat(server.status().totals().deadLettered()).isEqualTo(1);
        }
    }

    @Test
    void what_a_silent_consumer_left_is_taken_over_on_its_master() {
        TestStream stream = stream();
        String entry = stream.add("order.paid", "{\"id\":1}");
        stream.readAs("silent");
        Set<String> handled = ConcurrentHashMap.newKeySet();
        try (ConsumerServer server = stream.server(ConsumerServer.builder().redis(cluster.uri()))
                .claimIdle(Duration.ofSeconds(2))
                .build()
                .addHandler("order.**", Map.class, (body, header, delivery) -> handled.add(delivery.entryId()))
                .start()) {
            await().atMost(PATIENCE).until(() -> handled.contains(entry));
            await().atMost(PATIENCE).until(stream::settled);
            assertThat(server.status().totals().reclaimed()).isEqualTo(1);
        }
    }
}
