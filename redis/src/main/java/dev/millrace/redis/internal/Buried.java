package dev.millrace.redis.internal;

import org.jspecify.annotations.Nullable;

/**
 * What came of a move to the dead letters.
 *
 * @param ownership OURS if it is done
 * @param letter the dead letter's id; null unless it is done
 * @param dropped how many of the oldest dead letters had to go for it
 */
public record Buried(Ownership ownership, @Nullable StreamId letter, long dropped) {

    static Buried not(Ownership ownership) {
        return new Buried(ownership, null, 0);
    }
}
