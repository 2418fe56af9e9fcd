package dev.millrace.redis;

import dev.millrace.redis.internal.RedisLink;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;

/**
 * One Redis, as a publisher or a consumer server is given it: an address of our own to connect to, or a client that the
 * application owns.
 *
 * <p>A Redis user needs, for publishing: PING, INFO, XADD, and MULTI and EXEC for strict order; for retention and for consuming
 * also: EVAL, EVALSHA, XGROUP CREATE and DELCONSUMER, XREADGROUP, XACK, XCLAIM, XPENDING, XRANGE, XTRIM, XDEL, XLEN, XINFO GROUPS,
 * STREAM and CONSUMERS, EXISTS, GET, SET, DEL, UNLINK, HGET, HMGET, HGETALL, HSCAN, HSET, HSETNX, HDEL, HINCRBY, PEXPIRE, PTTL,
 * MEMORY USAGE, TIME, CLIENT ID and UNBLOCK; on the stream, and on {@code {stream}:*}.
 *
 * <p>Thread-safe. It may be shared by any number of publishers and servers; whoever created it closes it, after them.
 */
public interface Redis extends AutoCloseable {

    /**
     * Names the Redis at this address; nothing is connected before the first use.
     *
     * <p>Forms: {@code redis://}, {@code rediss://} (TLS), {@code redis-sentinel://}, {@code rediss-sentinel://}, {@code
     * redis-cluster://}, {@code rediss-cluster://}, each with {@code [[user:]password@]host[:port]}; a cluster may name several
     * nodes, comma-separated.
     *
     * @throws RedisSetupException if the address cannot be read
     */
    static Redis connect(String uri) {
        return RedisLink.owned(uri);
    }

    /**
     * Works with the application's client, and opens connections of its own on it; {@link #close()} closes those only.
     *
     * <p>The client needs a default address, {@code DisconnectedBehavior.REJECT_COMMANDS} (otherwise Lettuce sends commands again
     * after a reconnect, and an event may be in its stream twice), and command time-outs off or longer than the block time.
     */
    static Redis using(RedisClient client) {
        return RedisLink.borrowed(client);
    }

    /** As {@link #using(RedisClient)}, for a Redis Cluster. */
    static Redis using(RedisClusterClient client) {
        return RedisLink.borrowed(client);
    }

    /** Where this Redis is, without user or password. */
    String describe();

    /** Closes the connections that we opened, and the client if it is ours; again has no effect. */
    @Override
    void close();
}
