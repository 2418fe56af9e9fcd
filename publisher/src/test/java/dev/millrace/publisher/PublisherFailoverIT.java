package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisCluster;
import dev.millrace.testkit.RedisServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A master that dies under load, and its replica that takes over: everything accepted arrives there, in order. */
@Timeout(150)
class PublisherFailoverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUND = 300;

    private final List<RedisServer> servers = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<String, List<CompletableFuture<PublishReceipt>>> futures = new LinkedHashMap<>();
    private double suspected;
    private int copies;

    @AfterEach
    void stop() {
        servers.forEach(RedisServer::close);
    }

    private RedisServer start(RedisServer server) {
        servers.add(server);
        return server;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void streams_in_several_slots_of_a_cluster_survive_the_death_of_a_master(boolean strict) throws Exception {
        try (RedisCluster cluster = RedisCluster.start(3)) {
            Map<RedisServer, RedisServer> replicas = new HashMap<>();
            cluster.nodes().forEach(master -> replicas.put(master, replicaOf(master)));
            Map<String, RedisServer> namespaces = oneOnEachMasterAndOneMore(cluster);
            RedisServer victim = namespaces.values().iterator().next();
            try (EventPublisher publisher = publisher(cluster.uri(), strict)) {
                publishAroundTheDeathOf(victim, publisher, List.copyOf(namespaces.keySet()));
            }
            namespaces.forEach(
                    (namespace, master) -> assertArrived(namespace, master == victim ? replicas.get(master) : master));
        }
        assertCopiesCounted();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_slot_that_moves_to_another_master_costs_no_event_and_no_copy_and_with_strict_order_no_order(boolean strict)
            throws Exception {
        try (RedisCluster cluster = RedisCluster.start(3)) {
            RedisServer before = cluster.nodeOf("ns-events");
            RedisServer after = cluster.nodes().stream()
                    .filter(node -> node != before)
                    .findFirst()
                    .orElseThrow();
            try (EventPublisher publisher = publisher(cluster.uri(), strict)) {
                publisher.publish("other.changed", Map.of("n", 0)).get(60, TimeUnit.SECONDS);
                move("ns-events", before, after, cluster.nodes());
                for (int round = 0; round < 3; round++) {
                    publish(publisher, List.of("ns"), round * ROUND);
                }
                all();
            }
            if (strict) {
                assertArrived("ns", after);
            } else {
                assertAllThere("ns", after);
            }
            assertThat(copies).isZero();
        }
    }

    /** Gives the empty slot of this key away; a client that does not look learns of it by MOVED. */
    private static void move(String key, RedisServer from, RedisServer to, List<RedisServer> all) {
        String slot = from.cli("CLUSTER", "KEYSLOT", key).trim();
        String id = to.cli("CLUSTER", "MYID").trim();
        to.cli(
                "CLUSTER",
                "SETSLOT",
                slot,
                "IMPORTING",
                from.cli("CLUSTER", "MYID").trim());
        from.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", id);
        to.cli("CLUSTER", "SETSLOT", slot, "NODE", id);
        all.forEach(node -> node.cli("CLUSTER", "SETSLOT", slot, "NODE", id));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_master_that_sentinel_replaces_costs_nothing_that_was_accepted(boolean strict) throws Exception {
        RedisServer master = start(RedisServer.embedded("--repl-diskless-sync-delay", "0"));
        RedisServer replica = start(RedisServer.embedded("--replicaof", "127.0.0.1", Integer.toString(master.port())));
        RedisServer sentinel =
                start(RedisServer.builder().sentinelOf("shop", master).start());
        await().atMost(PATIENCE)
                .until(() -> sentinel.cli("SENTINEL", "REPLICAS", "shop").contains(Integer.toString(replica.port())));
        await().atMost(PATIENCE).until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
        String uri = "redis-sentinel://127.0.0.1:" + sentinel.port() + "#shop";
        try (EventPublisher publisher = publisher(uri, strict)) {
            publishAroundTheDeathOf(master, publisher, List.of("order", "stock"));
        }
        assertArrived("order", replica);
        assertArrived("stock", replica);
        assertCopiesCounted();
    }

    private RedisServer replicaOf(RedisServer master) {
        RedisServer replica = start(RedisServer.embedded(
                "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--repl-diskless-sync-delay", "0"));
        replica.cli("CLUSTER", "MEET", "127.0.0.1", Integer.toString(master.port()));
        String id = master.cli("CLUSTER", "MYID").trim();
        await().atMost(PATIENCE)
                .ignoreExceptions() // until it has heard of the master
                .until(() -> replica.cli("CLUSTER", "REPLICATE", id).contains("OK"));
        await().atMost(PATIENCE).until(() -> master.cli("INFO", "replication").contains("state=online"));
        return replica;
    }

    /** By namespaces, whose streams are named after them. */
    private static Map<String, RedisServer> oneOnEachMasterAndOneMore(RedisCluster cluster) {
        Map<String, RedisServer> chosen = new LinkedHashMap<>();
        for (int i = 0; chosen.size() < 3; i++) {
            RedisServer master = cluster.nodeOf("ns" + i + "-events");
            if (!chosen.containsValue(master)) {
                chosen.put("ns" + i, master);
            }
        }
        chosen.put("more", cluster.nodeOf("more-events"));
        return chosen;
    }

    private EventPublisher publisher(String uri, boolean strict) {
        return EventPublisher.builder("billing")
                .redis(uri)
                .strictOrder(strict)
                .batch(BatchLimits.defaults().withMaxEvents(20))
                .deliveryTimeout(PATIENCE)
                .retention(RetentionPolicy.none())
                .meterRegistry(registry)
                .build();
    }

    /**
     * What is replicated before the death is stored, and what is sent to a master that stands still is surely not; in
     * between is what Redis itself would lose.
     */
    private void publishAroundTheDeathOf(RedisServer victim, EventPublisher publisher, List<String> namespaces)
            throws Exception {
        publish(publisher, namespaces, 0);
        all();
        victim.awaitReplicas(PATIENCE);
        victim.pause();
        publish(publisher, namespaces, ROUND);
        victim.kill();
        publish(publisher, namespaces, 2 * ROUND);
        all();
        // Now, since close takes the meters away.
        suspected = registry.find("millrace.publisher.suspected.duplicates").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private void publish(EventPublisher publisher, List<String> namespaces, int from) {
        for (int i = from; i < from + ROUND; i++) {
            for (String namespace : namespaces) {
                futures.computeIfAbsent(namespace, name -> new ArrayList<>())
                        .add(publisher.publish(namespace + ".changed", Map.of("n", i)));
            }
        }
    }

    private void all() throws Exception {
        CompletableFuture.allOf(futures.values().stream().flatMap(List::stream).toArray(CompletableFuture<?>[]::new))
                .get(PATIENCE.toSeconds() + 10, TimeUnit.SECONDS);
    }

    private void assertArrived(String namespace, RedisServer now) {
        assertThat(futures.get(namespace).stream()
                        .map(future -> future.join().entryId())
                        .toList())
                .as("%s: in order", namespace)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Entries.BY_ID);
        assertAllThere(namespace, now);
    }

    private void assertAllThere(String namespace, RedisServer now) {
        List<Integer> stored = Entries.numbers(now, namespace + "-events");
        assertThat(new LinkedHashSet<>(stored))
                .as("%s: all there", namespace)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 3 * ROUND).boxed().toList());
        copies += stored.size() - 3 * ROUND;
    }

    private void assertCopiesCounted() {
        assertThat(suspected).isGreaterThanOrEqualTo((double) copies);
    }
}
