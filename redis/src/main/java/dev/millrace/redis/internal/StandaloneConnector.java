package dev.millrace.redis.internal;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server, or the master that sentinels name. */
final class StandaloneConnector implements Connector {

    private final RedisClient client;
    private final @Nullable RedisURI uri;
    private final String text;
    private final @Nullable OwnClient ours;
    private final @Nullable StandaloneConnector forAppends;

    private StandaloneConnector(
            RedisClient client,
            @Nullable RedisURI uri,
            String text,
            @Nullable OwnClient ours,
            @Nullable StandaloneConnector forAppends) {
        this.client = client;
        this.uri = uri;
        this.text = text;
        this.ours = ours;
        this.forAppends = forAppends;
    }

    static StandaloneConnector owned(RedisAddress address) {
        RedisURI uri = address.uris().get(0);
        OwnClient ours = new OwnClient();
        RedisClient appending = client(ours.manyReplies());
        StandaloneConnector forAppends = new StandaloneConnector(appending, uri, address.text(), ours, null);
        return new StandaloneConnector(client(ours.resources()), uri, address.text(), ours, forAppends);
    }

    private static RedisClient client(ClientResources resources) {
        RedisClient client = RedisClient.create(resources);
        client.setOptions(LettuceSettings.standalone());
        return client;
    }

    static StandaloneConnector borrowed(RedisClient client) {
        return new StandaloneConnector(client, null, "the application's RedisClient", null, null);
    }

    @Override
    public StatefulConnection<byte[], byte[]> connect() {
        if (ours == null || uri == null) {
            return client.connect(ByteArrayCodec.INSTANCE);
        }
        return ours.connect(() -> client.connect(ByteArrayCodec.INSTANCE, uri));
    }

    @Override
    public Connector forAppends() {
        return forAppends == null ? this : forAppends;
    }

    @Override
    public boolean takesManyReplies() {
        return ours != null && forAppends == null;
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
            ours.shutdown(forAppends == null ? List.of(client) : List.of(client, forAppends.client));
        }
    }
}
