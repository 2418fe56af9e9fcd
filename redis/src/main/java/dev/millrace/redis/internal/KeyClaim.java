package dev.millrace.redis.internal;

/**
 * A wish to hold an idempotency key on behalf of an entry.
 *
 * @param key 16 bytes, never changed by us
 * @param eventTag 24 bits that stand for the event's id, so that a later duplicate can be told from a copy of the same event
 * @param windowMillis how far another entry may be away and still be a rival; at most the window of {@link GroupOptions}
 */
public record KeyClaim(StreamId id, byte[] key, int eventTag, long windowMillis) {

    private static final int TAG = 0xff_ffff;

    /** What stands for an event's id: equal for equal ids, different for all but one in 16 million others. */
    public static int tagOf(String eventId) {
        int hash = eventId.hashCode();
        return (hash ^ (hash >>> 24)) & TAG;
    }
}
