package dev.millrace.redis.internal;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Redis Cluster: one connection stands for one to each master in use. */
final class ClusterConnector implements Connector {

    private static final Duration SHUTDOWN = Duration.ofSeconds(2);

    private final RedisClusterClient client;
    private final String text;
    private final @Nullable ClientResources ours;

    private ClusterConnector(RedisClusterClient client, String text, @Nullable ClientResources ours) {
        this.client = client;
        this.text = text;
        this.ours = ours;
    }

    static ClusterConnector owned(RedisAddress address) {
        ClientResources resources = LettuceSettings.resources();
        RedisClusterClient client = RedisClusterClient.create(resources, address.uris());
        client.setOptions(LettuceSettings.cluster());
        return new ClusterConnector(client, address.text(), resources);
    }

    static ClusterConnector borrowed(RedisClusterClient client) {
        return new ClusterConnector(client, "the application's RedisClusterClient", null);
    }

    @Override
    public StatefulConnection<byte[], byte[]> connect() {
        return client.connect(ByteArrayCodec.INSTANCE);
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
            client.shutdown(Duration.ZERO, SHUTDOWN);
            ours.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(SHUTDOWN.toMillis());
        }
    }
}
