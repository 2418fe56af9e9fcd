package dev.millrace.redis.internal;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.netty.util.Timer;
import org.jspecify.annotations.Nullable;

/** One server, or the master that sentinels name. */
final class StandaloneConnector implements Connector {

    private final RedisClient client;
    private final @Nullable RedisURI uri;
    private final String text;
    private final @Nullable OwnClient ours;

    private StandaloneConnector(RedisClient client, @Nullable RedisURI uri, String text, @Nullable OwnClient ours) {
        this.client = client;
        this.uri = uri;
        this.text = text;
        this.ours = ours;
    }

    static StandaloneConnector owned(RedisAddress address) {
        OwnClient ours = new OwnClient();
        RedisClient client = RedisClient.create(ours.resources());
        client.setOptions(LettuceSettings.standalone());
        return new StandaloneConnector(client, address.uris().get(0), address.text(), ours);
    }

    static StandaloneConnector borrowed(RedisClient client) {
        return new StandaloneConnector(client, null, "the application's RedisClient", null);
    }

    @Override
    public StatefulConnection<byte[], byte[]> connect() {
        if (ours == null || uri == null) {
            return client.connect(ByteArrayCodec.INSTANCE);
        }
        return ours.connect(() -> client.connect(ByteArrayCodec.INSTANCE, uri));
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
        return false;
    }

    @Override
    public void shutdown() {
        if (ours != null) {
            ours.shutdown(client);
        }
    }
}
