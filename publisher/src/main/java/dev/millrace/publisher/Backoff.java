package dev.millrace.publisher;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before a retry: doubling up to a limit, each time up to 20 % less or more; immutable.
 *
 * @param first the first wait
 * @param most the longest wait, before jitter
 * @param random numbers from 0 to 1
 */
record Backoff(Duration first, Duration most, DoubleSupplier random) {

    private static final double JITTER = 0.2;
    private static final int MAX_DOUBLINGS = 30;

    /** 100 ms doubling up to 5 s. */
    static Backoff defaults() {
        return new Backoff(
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** The wait before the retry with this number, from 1. */
    long nanos(int retry) {
        int doublings = Math.min(retry - 1, MAX_DOUBLINGS);
        double plain = Math.min((double) first.toNanos() * (1L << doublings), (double) most.toNanos());
        return (long) (plain * (1 - JITTER + 2 * JITTER * random.getAsDouble()));
    }
}
