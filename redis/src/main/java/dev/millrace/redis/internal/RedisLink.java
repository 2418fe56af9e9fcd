package dev.millrace.redis.internal;

import dev.millrace.redis.Redis;

/** The inside of {@link Redis}: hands out connections. */
public interface RedisLink extends Redis {

    static RedisLink owned(String uri) {
        throw new UnsupportedOperationException(uri);
    }

    /** The inside of a door that {@link Redis} handed out. */
    static RedisLink of(Redis redis) {
        if (redis instanceof RedisLink link) {
            return link;
        }
        throw new IllegalArgumentException(
                "redis: got " + redis.getClass().getName()
                        + "; use Redis.connect(uri) or Redis.using(client), which are the only ones that Millrace can work with");
    }

    /**
     * Connects, and checks that the server is one that we support.
     *
     * @throws dev.millrace.redis.RedisSetupException in one line: what, where, how to mend it
     */
    void check();

    /** A connection for publishing. */
    StreamAppender appender();

    /** Two connections for consuming: one for reads, one for everything else. */
    StreamGroup group(GroupOptions options);
}
