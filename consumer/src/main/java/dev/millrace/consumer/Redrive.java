package dev.millrace.consumer;

import dev.millrace.event.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which dead letters go back to their streams, and how carefully. Immutable. */
public final class Redrive {

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Redrive DEFAULTS =
            new Redrive(DeadLetterFilter.all(), Long.MAX_VALUE, 0, 3, null, new Manner(false, false));

    /** What is done beyond, or short of, moving what may be moved. */
    private record Manner(boolean force, boolean dryRun) {}

    private final DeadLetterFilter filter;
    private final long most;
    private final double perSecond;
    private final int maxRedriven;
    private final @Nullable Duration follow;
    private final Manner manner;

    private Redrive(
            DeadLetterFilter filter,
            long most,
            double perSecond,
            int maxRedriven,
            @Nullable Duration follow,
            Manner manner) {
        this.filter = filter;
        this.most = most;
        this.perSecond = perSecond;
        this.maxRedriven = maxRedriven;
        this.follow = follow;
        this.manner = manner;
    }

    /** All of them, oldest first, as fast as it goes. */
    public static Redrive all() {
        return DEFAULTS;
    }

    /** Those that match, oldest first, as fast as it goes. */
    public static Redrive of(DeadLetterFilter filter) {
        return new Redrive(
                Objects.requireNonNull(filter, "filter"),
                DEFAULTS.most,
                DEFAULTS.perSecond,
                DEFAULTS.maxRedriven,
                DEFAULTS.follow,
                DEFAULTS.manner);
    }

    /** At most this many, the oldest; from 1. Default: any number. */
    public Redrive most(long letters) {
        Checks.between("redrive.most", letters, 1, Long.MAX_VALUE);
        return new Redrive(filter, letters, perSecond, maxRedriven, follow, manner);
    }

    /**
     * At most this many a second; more than 0, at most 1,000,000. Default: any number.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Redrive perSecond(double letters) {
        return new Redrive(filter, most, Pacer.checked("redrive.perSecond", letters), maxRedriven, follow, manner);
    }

    /** Leaves alone what came back so often that another time is not likely to help; 1 to 1,000. Default: 3. */
    public Redrive maxRedriven(int times) {
        Checks.between("redrive.maxRedriven", times, 1, 1_000);
        return new Redrive(filter, most, perSecond, times, follow, manner);
    }

    /**
     * Follows each to its end before the next one goes, and stops when one is among the dead letters again, or has come to no
     * end after this time: 10 ms to 1 day, retries included. Default: does not follow.
     */
    public Redrive stopAtFirstFailure(Duration patience) {
        Checks.between("redrive.stopAtFirstFailure", patience, Duration.ofMillis(10), LONGEST);
        return new Redrive(filter, most, perSecond, maxRedriven, patience, manner);
    }

    /**
     * Also what came back too often, what cannot be read as an event, and what is for a group that does not exist. Default:
     * those stay, counted as refused.
     */
    public Redrive force() {
        return new Redrive(filter, most, perSecond, maxRedriven, follow, new Manner(true, manner.dryRun()));
    }

    /** Counts what would go, and writes nothing. Default: writes. */
    public Redrive dryRun() {
        return new Redrive(filter, most, perSecond, maxRedriven, follow, new Manner(manner.force(), true));
    }

    DeadLetterFilter filter() {
        return filter;
    }

    long most() {
        return most;
    }

    double perSecond() {
        return perSecond;
    }

    int maxRedriven() {
        return maxRedriven;
    }

    @Nullable
    Duration follow() {
        return follow;
    }

    boolean forced() {
        return manner.force();
    }

    boolean dry() {
        return manner.dryRun();
    }
}
