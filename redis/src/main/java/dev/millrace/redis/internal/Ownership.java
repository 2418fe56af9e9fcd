package dev.millrace.redis.internal;

/** Whose an entry is, as Redis answers a refresh. */
public enum Ownership {
    /** Pending under our name, and refreshed. */
    OURS,
    /** Pending under another consumer's name: drop what has not begun. */
    LOST,
    /** Not pending: somebody settled it, or the group was created anew and has yet to give it to somebody. */
    SETTLED,
    /** Nobody can get it any more: trimmed or deleted under us, or the group was created anew past it. */
    TRIMMED
}
