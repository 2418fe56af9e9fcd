package dev.millrace.samples;

import java.util.Arrays;

/** Every latency that was measured, for exact percentiles. For one thread at a time. */
final class Latencies {

    private long[] nanos = new long[1_024];
    private int size;

    void add(long elapsedNanos) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, size * 2);
        }
        nanos[size++] = elapsedNanos;
    }

    /** The smallest one that this share of all does not exceed, in milliseconds with one decimal; 0 without any. */
    double percentileMillis(double share) {
        if (size == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        int rank = Math.max(1, (int) Math.ceil(share * size));
        return Math.round(sorted[rank - 1] / 100_000.0) / 10.0;
    }
}
