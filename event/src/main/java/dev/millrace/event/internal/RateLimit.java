package dev.millrace.event.internal;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets what repeats be said once every ten seconds, and counts what is left out meanwhile. Thread-safe. */
public final class RateLimit {

    /** {@link #ask()}: say nothing. */
    public static final long SILENT = -1;

    private static final long QUIET = Duration.ofSeconds(10).toNanos();

    private final LongSupplier ticker;
    private boolean spoken;
    private long lastAt;
    private long leftOut;

    /** @param ticker elapsed time in nanoseconds */
    public RateLimit(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** Something is to be said now: how often it was left out since it was last said, or {@link #SILENT}. */
    public synchronized long ask() {
        long now = ticker.getAsLong();
        if (spoken && now - lastAt < QUIET) {
            leftOut++;
            return SILENT;
        }
        long before = leftOut;
        spoken = true;
        lastAt = now;
        leftOut = 0;
        return before;
    }

    /** For the end of a line: empty, or how many like it were left out before it. */
    public static String others(long leftOut) {
        return leftOut == 0 ? "" : " (" + leftOut + " more since this was last said)";
    }
}
