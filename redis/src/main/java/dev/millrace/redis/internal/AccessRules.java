package dev.millrace.redis.internal;

/**
 * The commands that a Redis user needs, as ACL rules; a test runs every step with exactly these.
 *
 * <p>Keys: the stream, and {@code {stream}:*} for what belongs to it (the stream's own name and {@code name:*} where it has a
 * hash tag), and the dead-letter stream where it was named by hand. On a cluster, {@code +cluster|…} besides, for finding
 * the nodes. {@code CLIENT SETINFO} (Redis 7.2) is tried and may be refused.
 */
final class AccessRules {

    /** For connecting and checking the server, and for publishing; retention needs some of the consumer's. */
    static final String PUBLISHER = "+ping +info +xadd";

    /** For publishing in strict order, besides. */
    static final String STRICT_ORDER = "+multi +exec";

    /** For consuming, besides the publisher's. */
    static final String CONSUMER = "+client|id +client|unblock +eval +evalsha +xgroup|create +xgroup|delconsumer"
            + " +xreadgroup +xack +xclaim +xpending +xrange +xtrim +xinfo|groups +xinfo|stream +xinfo|consumers +xlen +exists +get +set +hget +hmget +hgetall +hscan +hset +hsetnx +hdel +hincrby"
            + " +pexpire +pttl +del +unlink +memory|usage +time +xdel";

    private AccessRules() {}
}
