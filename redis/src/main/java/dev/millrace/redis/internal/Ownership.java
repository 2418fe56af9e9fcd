package dev.millrace.redis.internal;

/** Whose an entry is, as Redis answers a refresh. */
public enum Ownership {
    /** Pending under our name, and refreshed. */
    OURS,
    /** Pending under another consumer's name: drop what has not begun. */
    LOST,
    /** No longer pending, but still in the stream: somebody acked it, or the group is new. */
    SETTLED,
    /** No longer in the stream: trimmed or deleted under us. It is no longer pending either. */
    TRIMMED
}
