package dev.millrace.redis.internal;

import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.netty.util.Timer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Redis Cluster: one connection stands for one to each master in use. */
final class ClusterConnector implements Connector {

    private static final Logger log = LoggerFactory.getLogger(ClusterConnector.class);

    private final RedisClusterClient client;
    private final String text;
    private final @Nullable OwnClient ours;

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
        for (RedisClusterNode node : connection.getPartitions()) {
            if (node.getRole().isUpstream()) {
                warmUp(connection, node);
            }
        }
        return connection;
    }

    private static void warmUp(StatefulRedisClusterConnection<byte[], byte[]> connection, RedisClusterNode node) {
        try {
            // By its address: that is how commands find it.
            var unused = connection.getConnection(
                    node.getUri().getHost(), node.getUri().getPort());
        } catch (RedisException e) {
            // One master that is away must not keep us from the others; whoever needs it will say so.
            log.debug("no connection to {} yet", node.getUri(), e);
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
    public void shutdown() {
        if (ours != null) {
            ours.shutdown(List.of(client));
        }
    }
}
