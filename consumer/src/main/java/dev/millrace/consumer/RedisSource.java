package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisLink;
import java.util.function.Supplier;

/**
 * Where a server gets its Redis when it starts.
 *
 * @param owned whether the server closes it
 */
record RedisSource(Supplier<RedisLink> open, boolean owned) {

    void close(RedisLink link) {
        if (owned) {
            link.close();
        }
    }
}
