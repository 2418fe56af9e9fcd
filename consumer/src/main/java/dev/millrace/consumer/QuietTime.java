package dev.millrace.consumer;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * After a start or an outage nothing is reclaimed for one claim-idle: idle times jumped meanwhile, and whoever is alive must
 * first have the chance to say so. Thread-safe.
 */
final class QuietTime {

    private final LongSupplier ticker;
    private final long length;
    private volatile long endsAt;

    QuietTime(LongSupplier ticker, Duration length) {
        this.ticker = ticker;
        this.length = length.toNanos();
        begin();
    }

    /** Begins again: now, or after each failure to reach Redis. */
    void begin() {
        endsAt = ticker.getAsLong() + length;
    }

    boolean over() {
        return ticker.getAsLong() - endsAt >= 0;
    }
}
