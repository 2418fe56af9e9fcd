package dev.millrace.publisher;

import dev.millrace.event.internal.Checks;
import java.time.Duration;
import java.util.Objects;

/**
 * How long a stream keeps what all its groups have handled. Immutable.
 *
 * <p>The publishers of a stream see to it, one at a time. What a group has yet to read, or has not acknowledged, is kept
 * whatever its age, unless {@link WhenHeldBack#FORCE} is chosen; a stream that no group reads is not trimmed at all.
 */
public final class RetentionPolicy {

    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final long ANY_LENGTH = -1;

    /** What happens while a group that has fallen behind keeps a stream above its limits. */
    public enum WhenHeldBack {
        /** The stream grows, with a warning and a meter. The default. */
        GROW,
        /** Publishing to the stream fails with {@link StreamFullException} while it is longer than {@link #maxLength}, which
         * must be set. */
        REFUSE,
        /** The oldest entries go all the same, and are lost to that group: counted, and logged as errors. */
        FORCE
    }

    private final Duration maxAge;
    private final long maxLength;
    private final Duration maxDeadLetterAge;
    private final WhenHeldBack whenHeldBack;

    private RetentionPolicy(Duration maxAge, long maxLength, Duration maxDeadLetterAge, WhenHeldBack whenHeldBack) {
        this.maxAge = maxAge;
        this.maxLength = maxLength;
        this.maxDeadLetterAge = maxDeadLetterAge;
        this.whenHeldBack = whenHeldBack;
    }

    /** 7 days, any length, 30 days for dead letters, {@link WhenHeldBack#GROW}: what a publisher does unless told otherwise. */
    public static RetentionPolicy defaults() {
        return new RetentionPolicy(Duration.ofDays(7), ANY_LENGTH, Duration.ofDays(30), WhenHeldBack.GROW);
    }

    /** Leaves all streams as they are: somebody else sees to them. */
    public static RetentionPolicy none() {
        return new RetentionPolicy(LONGEST, ANY_LENGTH, LONGEST, WhenHeldBack.GROW);
    }

    boolean isNone() {
        return maxAge.equals(LONGEST) && maxLength == ANY_LENGTH && maxDeadLetterAge.equals(LONGEST);
    }

    /** Entries older than this go; 1 second to 3,650 days. Default: 7 days. */
    public RetentionPolicy maxAge(Duration age) {
        Checks.between("retention.maxAge", age, Duration.ofSeconds(1), LONGEST);
        return new RetentionPolicy(age, maxLength, maxDeadLetterAge, whenHeldBack);
    }

    /** The oldest entries beyond this many go; at least 1. Default: any length. */
    public RetentionPolicy maxLength(long entries) {
        Checks.between("retention.maxLength", entries, 1, Long.MAX_VALUE);
        return new RetentionPolicy(maxAge, entries, maxDeadLetterAge, whenHeldBack);
    }

    /** Dead letters older than this go; 1 second to 3,650 days. Default: 30 days. */
    public RetentionPolicy maxDeadLetterAge(Duration age) {
        Checks.between("retention.maxDeadLetterAge", age, Duration.ofSeconds(1), LONGEST);
        return new RetentionPolicy(maxAge, maxLength, age, whenHeldBack);
    }

    /** What happens while a group keeps a stream above these limits. Default: {@link WhenHeldBack#GROW}. */
    public RetentionPolicy whenHeldBack(WhenHeldBack choice) {
        return new RetentionPolicy(maxAge, maxLength, maxDeadLetterAge, Objects.requireNonNull(choice, "whenHeldBack"));
    }

    /** REFUSE goes by the length alone: without one it would never refuse. */
    void requireConsistent() {
        if (whenHeldBack == WhenHeldBack.REFUSE && maxLength == ANY_LENGTH) {
            throw new IllegalArgumentException("retention.whenHeldBack: got REFUSE without a maxLength, by which it"
                    + " refuses; use maxLength(entries), GROW or FORCE");
        }
    }

    Duration maxAge() {
        return maxAge;
    }

    /** -1 for any. */
    long maxLength() {
        return maxLength;
    }

    Duration maxDeadLetterAge() {
        return maxDeadLetterAge;
    }

    WhenHeldBack whenHeldBack() {
        return whenHeldBack;
    }

    /** How often to look: a length may be passed any time, an age slowly. */
    Duration interval() {
        Duration byAge = maxAge.dividedBy(20);
        Duration longest = maxLength == ANY_LENGTH ? Duration.ofHours(1) : Duration.ofSeconds(10);
        return byAge.compareTo(longest) < 0 ? byAge : longest;
    }

    @Override
    public String toString() {
        String length = maxLength == ANY_LENGTH ? "any length" : maxLength + " entries";
        return maxAge + ", " + length + ", dead letters " + maxDeadLetterAge + ", " + whenHeldBack;
    }
}
