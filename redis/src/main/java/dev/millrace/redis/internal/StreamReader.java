package dev.millrace.redis.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Reads new entries of several streams for one consumer of a group, on a connection of its own, which may block. Reading is
 * for one thread, {@link #unblock()} for any. Every method throws {@link RedisFaultException}.
 */
public interface StreamReader extends AutoCloseable {

    /**
     * New entries (XREADGROUP {@code >}) by stream, empty after the block time or {@link #unblock()}.
     *
     * @param streams all in one slot of a cluster
     * @param count at most so many of each stream
     * @param block how long Redis may wait; zero = not at all
     */
    default Map<String, List<StreamEntry>> read(List<String> streams, int count, Duration block) {
        return begin(streams, count, block).await();
    }

    /** {@link #read} without waiting for its answer, which must be awaited before the next read begins. */
    Answer begin(List<String> streams, int count, Duration block);

    /** Ends a read that is waiting; if none is, the next one does not wait. From any thread. */
    void unblock();

    /** The answer to a read. */
    interface Answer {

        /** Waits for it: once. */
        Map<String, List<StreamEntry>> await();
    }

    /** Closes the connection; a read that is waiting ends with {@link RedisFault.Kind#CLOSED}. */
    @Override
    void close();
}
