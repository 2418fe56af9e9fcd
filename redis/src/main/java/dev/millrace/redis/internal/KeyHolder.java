package dev.millrace.redis.internal;

/**
 * The entry that holds an idempotency key.
 *
 * @param eventTag stands for its event's id, see {@link KeyClaim#tagOf}
 */
public record KeyHolder(StreamId id, int eventTag) {}
