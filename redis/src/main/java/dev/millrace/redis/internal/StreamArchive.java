package dev.millrace.redis.internal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams as their operators see them: read without a group, and written back to. Thread-safe. Every method throws {@link
 * RedisFaultException}.
 */
public interface StreamArchive extends AutoCloseable {

    /** The entries from one id to another, both included (XRANGE), oldest first; none if there is no such stream. */
    List<StreamEntry> range(String stream, StreamId from, StreamId to, int count);

    /** How many entries the stream holds. */
    long length(String stream);

    /** The last id that the stream gave out, even if that entry is gone; null if there is no such stream. */
    @Nullable
    StreamId lastId(String stream);

    /** The last entry that the group was given; null if there is no such group. */
    @Nullable
    StreamId lastDelivered(String stream, String group);

    /** Whether the entry is pending in the group. */
    boolean pending(String stream, String group, StreamId id);

    /** Creates a group that begins after this id; false, and nothing changed, if it exists. */
    boolean createGroup(String stream, String group, StreamId after);

    /** Appends an entry (XADD): names and values in turn. */
    StreamId append(String stream, List<byte[]> fields);

    /**
     * Takes an entry out of its dead-letter stream and appends these fields to another, so that at no time it is in neither.
     * Where the two lie in different slots, a second call after a first one that was cut off appends nothing again.
     *
     * @return the new entry's id; null if the dead letter is gone
     */
    @Nullable
    StreamId move(String deadLetters, StreamId letter, String stream, List<byte[]> fields);

    /** Removes these entries (XDEL); how many were there. */
    long delete(String stream, List<StreamId> ids);

    /** Keeps retention from removing this id and what comes after it, for that time; again moves the mark and the time. */
    void hold(String stream, String holder, StreamId lowest, Duration time);

    /** Ends what {@link #hold} began. */
    void release(String stream, String holder);

    /** Closes the connection. */
    @Override
    void close();
}
