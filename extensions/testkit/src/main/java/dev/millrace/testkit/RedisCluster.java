package dev.millrace.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A Redis Cluster of processes of ours, masters only, for tests; it keeps nothing and ends with this JVM. Thread-safe.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final long START_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private final List<RedisServer> nodes;

    private RedisCluster(List<RedisServer> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /**
     * Starts so many masters, which share the slots evenly, and returns when each says that the cluster is well.
     *
     * @param masters 3 or more
     * @throws RedisStartException if they do not agree within 30 s
     */
    public static RedisCluster start(int masters) {
        if (masters < 3) {
            throw new IllegalArgumentException("masters " + masters + " is below 3, with which a cluster begins");
        }
        List<RedisServer> nodes = new ArrayList<>();
        RedisCluster cluster;
        try {
            for (int i = 0; i < masters; i++) {
                nodes.add(RedisServer.embedded("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
            }
            cluster = new RedisCluster(nodes);
            cluster.join();
        } catch (RuntimeException e) {
            nodes.forEach(RedisServer::close);
            throw e;
        }
        return cluster;
    }

    private void join() {
        int each = SLOTS / nodes.size();
        for (int i = 0; i < nodes.size(); i++) {
            int last = i == nodes.size() - 1 ? SLOTS - 1 : (i + 1) * each - 1;
            RedisServer node = nodes.get(i);
            node.cli("CLUSTER", "ADDSLOTSRANGE", Integer.toString(i * each), Integer.toString(last));
            if (i > 0) {
                node.cli(
                        "CLUSTER",
                        "MEET",
                        "127.0.0.1",
                        Integer.toString(nodes.get(0).port()));
            }
        }
        long begin = System.nanoTime();
        while (!nodes.stream().allMatch(this::agrees)) {
            if (System.nanoTime() - begin > START_NANOS) {
                throw new RedisStartException("The cluster's nodes did not agree within 30 s: "
                        + nodes.get(0)
                                .cli("CLUSTER", "INFO")
                                .lines()
                                .findFirst()
                                .orElse(""));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean agrees(RedisServer node) {
        String info = node.cli("CLUSTER", "INFO");
        return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes.size());
    }

    /** {@code redis-cluster://127.0.0.1:port,127.0.0.1:port…}. */
    public String uri() {
        return "redis-cluster://"
                + String.join(
                        ",",
                        nodes.stream().map(node -> "127.0.0.1:" + node.port()).toList());
    }

    /** The masters. */
    public List<RedisServer> nodes() {
        return nodes;
    }

    /** The master that holds this key. */
    public RedisServer nodeOf(String key) {
        int slot = Integer.parseInt(nodes.get(0).cli("CLUSTER", "KEYSLOT", key).trim());
        return nodes.get(Math.min(nodes.size() - 1, slot / (SLOTS / nodes.size())));
    }

    /** Ends all nodes. Idempotent. */
    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
