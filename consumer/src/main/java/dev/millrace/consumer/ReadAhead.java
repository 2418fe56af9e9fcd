package dev.millrace.consumer;

import java.util.concurrent.TimeUnit;

/**
 * How many events to keep buffered: enough to keep the workers busy until the next read, and no more, for what waits here
 * could be handled elsewhere. One thread.
 */
final class ReadAhead {

    static final int MAX = 500;
    private static final long FAST = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SLOW = TimeUnit.SECONDS.toNanos(1);

    private final int min;
    private int size;

    ReadAhead(int concurrency) {
        this.min = concurrency;
        this.size = concurrency;
    }

    int size() {
        return size;
    }

    /**
     * Learns from how long the buffer took to fall to half.
     *
     * @param wasFull whether the read before had brought all that was asked for
     */
    void drainedAfter(long nanos, boolean wasFull) {
        if (nanos > SLOW) {
            size = Math.max(min, size / 2);
        } else if (nanos < FAST && wasFull) {
            size = Math.max(min, Math.min(MAX, size * 2));
        }
    }
}
