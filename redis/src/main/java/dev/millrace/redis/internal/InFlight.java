package dev.millrace.redis.internal;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The batches without an answer on one connection, which are lost together, and before anything else happens. Thread-safe. */
final class InFlight implements RedisConnectionStateListener {

    private final StatefulConnection<byte[], byte[]> connection;
    private final Set<AppendBatch> batches = ConcurrentHashMap.newKeySet();

    private InFlight(StatefulConnection<byte[], byte[]> connection) {
        this.connection = connection;
    }

    /**
     * Nothing yet.
     *
     * @param cluster whether the connection stands for several, so that the end of one is not the end of all
     */
    static InFlight over(StatefulConnection<byte[], byte[]> connection, boolean cluster) {
        InFlight inFlight = new InFlight(connection);
        if (!cluster) {
            connection.addListener(inFlight);
        }
        return inFlight;
    }

    boolean isOver(StatefulConnection<byte[], byte[]> other) {
        return connection == other;
    }

    /** Must come before the batch is dispatched, or the connection may end in between. */
    void add(AppendBatch batch) {
        batches.add(batch);
        var unused = batch.future().whenComplete((results, failure) -> batches.remove(batch));
    }

    /** The connection was given up. What is on its way may still be carried out. */
    void lose() {
        RedisFault fault = new RedisFault(Kind.CONNECTION_LOST, "the connection was given up");
        batches.forEach(batch -> batch.fail(fault));
    }

    /**
     * Lettuce ends what it has written by itself, and what it is still to write when it gets there, which may be after it has
     * connected again on another thread; and newer batches would pass it. It says this before it tries to connect again.
     */
    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> ended) {
        batches.forEach(AppendBatch::cancel);
    }
}
