package dev.millrace.redis.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the batches that were lost with their connection, once when that begins and once when whoever sent them has been
 * told. In between, nothing newer may be sent, or it would pass them. Thread-safe.
 */
final class Losses {

    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong told = new AtomicLong();

    void begin() {
        begun.incrementAndGet();
    }

    void tell() {
        told.incrementAndGet();
    }

    /** Of how many losses the sender has been told. */
    long told() {
        return told.get();
    }

    /** Whether there are losses that a sender who read {@link #told} has not heard of. */
    boolean unheardOf(long generation) {
        return begun.get() != generation;
    }
}
