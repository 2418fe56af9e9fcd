package dev.millrace.redis.internal;

import java.time.Duration;

/** Keeps streams from growing for ever. Thread-safe. Every method throws {@link RedisFaultException}. */
public interface StreamRetention extends AutoCloseable {

    /**
     * Removes entries below this id, and the oldest beyond this length, but none that any group has pending or has yet to
     * read, unless forced; and none of a stream without groups.
     *
     * @param length what to keep, or -1 for any length
     */
    Retained trim(String stream, StreamId lowest, long length, boolean force);

    /** Removes the stream's dead letters below this id; how many went. */
    long trimDeadLetters(String stream, StreamId lowest);

    /** Whether this caller may see to the stream now: one at a time may, for the given time. */
    boolean lease(String stream, String owner, Duration time);

    /** Closes the connection. */
    @Override
    void close();
}
