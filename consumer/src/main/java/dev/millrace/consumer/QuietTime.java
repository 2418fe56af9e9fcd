package dev.millrace.consumer;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * After a start or an outage nothing is reclaimed for one claim-idle: idle times jumped meanwhile, and whoever is alive must
 * first have the chance to say so. Counts from the first word that Redis gives again, since that is when the others can. Thread-safe.
 */
final class QuietTime {

    private final LongSupplier ticker;
    private final long length;
    private volatile boolean away;
    private volatile long endsAt;

    QuietTime(LongSupplier ticker, Duration length) {
        this.ticker = ticker;
        this.length = length.toNanos();
        begin();
    }

    /** Begins now. */
    void begin() {
        endsAt = ticker.getAsLong() + length;
        away = false;
    }

    /** Redis could not be reached: begins when it is heard of again. */
    void beginWhenHeard() {
        away = true;
    }

    /** Redis has answered. */
    void heard() {
        if (away) {
            begin();
        }
    }

    boolean over() {
        return !away && ticker.getAsLong() - endsAt >= 0;
    }
}
