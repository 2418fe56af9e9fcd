package dev.millrace.consumer;

import dev.millrace.consumer.IdempotencyStore.Claim;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The decision to dead-letter one event of an entry, or an entry that holds none.
 *
 * @param event null for an entry that holds none that can be read
 * @param index which event of the entry; {@link #WHOLE} for the entry
 * @param claim released with the move, so that a redriven event is no duplicate of its own first life
 */
record Burial(
        EntryInFlight entry,
        @Nullable EventInFlight event,
        int index,
        @Nullable Claim claim,
        DeadLetterReason reason,
        @Nullable Throwable cause,
        int attempts,
        Instant firstFailure,
        Instant lastFailure,
        Tries tries) {

    static final int WHOLE = -1;

    /**
     * How the move went so far.
     *
     * @param maybeDone whether an answer was lost, so that it may have been made
     */
    record Tries(int count, boolean maybeDone) {

        static final Tries NONE = new Tries(0, false);
    }

    Burial failed(boolean answerLost) {
        Tries more = new Tries(tries.count() + 1, tries.maybeDone() || answerLost);
        return new Burial(entry, event, index, claim, reason, cause, attempts, firstFailure, lastFailure, more);
    }

    static Burial of(EventInFlight event, DeadLetterReason reason, @Nullable Throwable cause, Instant now) {
        return new Burial(
                event.entry(),
                event,
                event.index(),
                event.claim(),
                reason,
                cause,
                event.entry().attemptsBegun(),
                event.firstFailure(now),
                now,
                Tries.NONE);
    }

    /** For an entry in which no handler was reached. */
    static Burial ofEntry(EntryInFlight entry, DeadLetterReason reason, @Nullable Throwable cause, Instant now) {
        return new Burial(entry, null, WHOLE, null, reason, cause, entry.attemptsBegun(), now, now, Tries.NONE);
    }
}
