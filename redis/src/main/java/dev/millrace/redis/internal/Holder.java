package dev.millrace.redis.internal;

/**
 * The entry that holds an idempotency key.
 *
 * @param eventTag stands for its event's id, see {@link Claim#tagOf}
 */
public record Holder(StreamId id, int eventTag) {}
