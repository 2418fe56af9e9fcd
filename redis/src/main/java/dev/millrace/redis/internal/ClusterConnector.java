package dev.millrace.redis.internal;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Redis Cluster: one connection stands for one to each master in use. */
final class ClusterConnector implements Connector {

    private static final Logger log = LoggerFactory.getLogger(ClusterConnector.class);

    /** A first connect in a cold JVM took two seconds; a master that does not answer would take ten. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private final RedisClusterClient client;
    private final String text;
    private final @Nullable OwnClient ours;
    private final AtomicBoolean refreshing = new AtomicBoolean();

    private ClusterConnector(RedisClusterClient client, String text, @Nullable OwnClient ours) {
        this.client = client;
        this.text = text;
        this.ours = ours;
    }

    static ClusterConnector owned(RedisAddress address) {
        OwnClient ours = new OwnClient();
        RedisClusterClient client = RedisClusterClient.create(ours.resources(), address.uris());
        client.setOptions(LettuceSettings.cluster());
        return new ClusterConnector(client, address.text(), ours);
    }

    static ClusterConnector borrowed(RedisClusterClient client) {
        return new ClusterConnector(client, "the application's RedisClusterClient", null);
    }

    @Override
    public StatefulConnection<byte[], byte[]> connect() {
        return ours == null ? connectAll() : ours.connect(this::connectAll);
    }

    /** Lettuce connects to a node when it is first needed, and refuses the command that needed it: so all are connected to now. */
    private StatefulConnection<byte[], byte[]> connectAll() {
        StatefulRedisClusterConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
        List<CompletableFuture<?>> masters = new ArrayList<>();
        for (RedisClusterNode node : connection.getPartitions()) {
            if (node.getRole().isUpstream()) {
                masters.add(to(node, connection));
            }
        }
        try {
            CompletableFuture.allOf(masters.toArray(CompletableFuture<?>[]::new))
                    .get(WARM_UP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // One master that is away must not keep us from the others; whoever needs it will say so.
            log.debug("not all masters of {} are connected yet", text, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return connection;
    }

    /** By its address: that is how commands find it. */
    private static CompletableFuture<?> to(
            RedisClusterNode node, StatefulRedisClusterConnection<byte[], byte[]> connection) {
        try {
            return connection.getConnectionAsync(
                    node.getUri().getHost(), node.getUri().getPort());
        } catch (RedisException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public String describe() {
        return text;
    }

    @Override
    public Timer timer() {
        return client.getResources().timer();
    }

    @Override
    public boolean cluster() {
        return true;
    }

    @Override
    public boolean reaches(StatefulConnection<byte[], byte[]> connection, byte[] key) {
        var cluster = (StatefulRedisClusterConnection<byte[], byte[]>) connection;
        RedisClusterNode node = cluster.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
        // Where there is none, Lettuce says so at once.
        CompletableFuture<?> connected = node == null ? null : to(node, cluster);
        return connected == null || (connected.isDone() && !connected.isCompletedExceptionally());
    }

    /** A client of ours would know within two seconds anyway. */
    @Override
    public void moved() {
        if (refreshing.compareAndSet(false, true)) {
            var unused = client.refreshPartitionsAsync().whenComplete((nothing, failure) -> refreshing.set(false));
        }
    }

    @Override
    public void shutdown() {
        if (ours != null) {
            ours.shutdown(List.of(client));
        }
    }
}
