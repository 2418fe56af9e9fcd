package dev.millrace.redis.internal;

import dev.millrace.redis.Redis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;

/** The inside of {@link Redis}: hands out connections. */
public interface RedisLink extends Redis {

    /** A client of our own for this address. */
    static RedisLink owned(String uri) {
        RedisAddress address = RedisAddress.parse(uri);
        return new LettuceLink(
                address.cluster() ? ClusterConnector.owned(address) : StandaloneConnector.owned(address));
    }

    /** The application's client, which stays open. */
    static RedisLink borrowed(RedisClient client) {
        BorrowedClients.warn(client.getOptions());
        return new LettuceLink(StandaloneConnector.borrowed(client));
    }

    /** The application's client, which stays open. */
    static RedisLink borrowed(RedisClusterClient client) {
        BorrowedClients.warn(client.getOptions());
        return new LettuceLink(ClusterConnector.borrowed(client));
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

    /**
     * Connects, and checks that this user may store a batch as a whole.
     *
     * @throws dev.millrace.redis.RedisSetupException in one line: what, where, how to mend it
     */
    void checkTransactions();

    /** A connection for publishing. */
    StreamAppender appender();

    /** A connection for looking at streams without a group, and writing back to them. */
    StreamArchive archive(Duration commandTimeout);

    /** A connection for keeping streams from growing for ever. */
    StreamRetention retention(Duration commandTimeout);

    /** A connection for everything about a stream's group but reading, which gets connections of its own. */
    StreamGroup group(GroupOptions options);

    /** These streams, parted into those that one command can read: on a cluster, those of one slot. */
    List<List<String>> readTogether(List<String> streams);
}
