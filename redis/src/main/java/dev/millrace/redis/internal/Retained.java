package dev.millrace.redis.internal;

import org.jspecify.annotations.Nullable;

/**
 * A stream after a trim.
 *
 * @param removed how many entries went
 * @param heldBack whether more would have gone, had every group read and acknowledged it
 * @param length what is left
 * @param oldestNeeded the oldest entry that some group has pending or has yet to read; null if there is none
 * @param lag how many entries the slowest group has yet to read; -1 if Redis does not know
 * @param lost how many of the removed were still needed by a group
 */
public record Retained(
        long removed,
        boolean heldBack,
        long length,
        @Nullable StreamId oldestNeeded,
        long lag,
        long lost) {

    /** The same stream, trimmed in two steps. */
    Retained after(Retained earlier) {
        return new Retained(removed + earlier.removed, heldBack, length, oldestNeeded, lag, lost + earlier.lost);
    }
}
