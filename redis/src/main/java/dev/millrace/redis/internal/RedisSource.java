package dev.millrace.redis.internal;

import dev.millrace.redis.Redis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.util.function.Supplier;

/** Where a publisher or a server gets its Redis when it starts, and whether it closes it. Immutable. */
public final class RedisSource {

    private final Supplier<RedisLink> link;
    private final boolean owned;

    private RedisSource(Supplier<RedisLink> link, boolean owned) {
        this.link = link;
        this.owned = owned;
    }

    /**
     * A client of our own, made when it is opened.
     *
     * @throws dev.millrace.redis.RedisSetupException if the address cannot be read
     */
    public static RedisSource owned(String uri) {
        RedisAddress.parse(uri);
        return new RedisSource(() -> RedisLink.owned(uri), true);
    }

    /** A door that the application closes. */
    public static RedisSource shared(Redis redis) {
        RedisLink link = RedisLink.of(redis);
        return new RedisSource(() -> link, false);
    }

    /** Connections of our own over the application's client. */
    public static RedisSource over(RedisClient client) {
        return new RedisSource(() -> RedisLink.borrowed(client), true);
    }

    /** Connections of our own over the application's client. */
    public static RedisSource over(RedisClusterClient client) {
        return new RedisSource(() -> RedisLink.borrowed(client), true);
    }

    /** The Redis, not yet connected. */
    public RedisLink open() {
        return link.get();
    }

    /** Closes what {@link #open} gave, if it is ours. */
    public void close(RedisLink opened) {
        if (owned) {
            opened.close();
        }
    }
}
