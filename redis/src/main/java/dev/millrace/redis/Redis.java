package dev.millrace.redis;

import dev.millrace.redis.internal.RedisLink;

/**
 * One Redis, as a publisher or a consumer server is given it: an address of our own to connect to, or a client that the
 * application owns.
 *
 * <p>Thread-safe. It may be shared by any number of publishers and servers; whoever created it closes it, after them.
 */
public interface Redis extends AutoCloseable {

    /**
     * Names the Redis at this address; nothing is connected before the first use.
     *
     * <p>Forms: {@code redis://}, {@code rediss://} (TLS), {@code redis-sentinel://}, {@code rediss-sentinel://}, {@code
     * redis-cluster://}, {@code rediss-cluster://}, each with {@code [[user:]password@]host[:port]}.
     *
     * @throws RedisSetupException if the address cannot be read
     */
    static Redis connect(String uri) {
        return RedisLink.owned(uri);
    }

    /** Where this Redis is, without user or password. */
    String describe();

    /** Closes the connections that we opened, and the client if it is ours; again has no effect. */
    @Override
    void close();
}
