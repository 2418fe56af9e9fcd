package dev.millrace.redis.internal;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One server, or the master that sentinels name. */
final class StandaloneConnector implements Connector {

    private static final Duration SHUTDOWN = Duration.ofSeconds(2);

    private final RedisClient client;
    private final @Nullable RedisURI uri;
    private final String text;
    private final @Nullable ClientResources ours;
    private final @Nullable StandaloneConnector forAppends;
    private final boolean manyReplies;

    private StandaloneConnector(
            RedisClient client,
            @Nullable RedisURI uri,
            String text,
            @Nullable ClientResources ours,
            @Nullable StandaloneConnector forAppends) {
        this.client = client;
        this.uri = uri;
        this.text = text;
        this.ours = ours;
        this.forAppends = forAppends;
        this.manyReplies = uri != null && ours == null;
    }

    static StandaloneConnector owned(RedisAddress address) {
        RedisURI uri = address.uris().get(0);
        ClientResources resources = LettuceSettings.resources();
        RedisClient appending = client(LettuceSettings.manyReplies(resources));
        StandaloneConnector forAppends = new StandaloneConnector(appending, uri, address.text(), null, null);
        return new StandaloneConnector(client(resources), uri, address.text(), resources, forAppends);
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
        return uri == null ? client.connect(ByteArrayCodec.INSTANCE) : client.connect(ByteArrayCodec.INSTANCE, uri);
    }

    @Override
    public Connector forAppends() {
        return forAppends == null ? this : forAppends;
    }

    @Override
    public boolean takesManyReplies() {
        return manyReplies;
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
            if (forAppends != null) {
                forAppends.client.shutdown(Duration.ZERO, SHUTDOWN);
            }
            client.shutdown(Duration.ZERO, SHUTDOWN);
            ours.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(SHUTDOWN.toMillis());
        }
    }
}
