package dev.millrace.consumer;

import java.util.concurrent.TimeUnit;

/**
 * How many events to keep buffered beyond those that run: enough to keep the workers busy until the next read, and none where
 * handlers are slow, for what waits here could be handled elsewhere. One thread.
 */
final class ReadAhead {

    /** A batch that the workers take from, and one that is ready when they are through. */
    private static final int MAX = 1_000;

    private static final long FAST = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SLOW = TimeUnit.SECONDS.toNanos(1);

    private int size;

    ReadAhead(int concurrency) {
        this.size = Math.min(MAX, concurrency);
    }

    int size() {
        return size;
    }

    /**
     * Learns from how long it took from one read until there was room for the next.
     *
     * @param wasFull whether the read had brought all that was asked for
     */
    void roomAfter(long nanos, boolean wasFull) {
        if (nanos > SLOW) {
            size /= 2;
        } else if (nanos < FAST && wasFull) {
            size = Math.min(MAX, Math.max(1, size * 2));
        }
    }
}
