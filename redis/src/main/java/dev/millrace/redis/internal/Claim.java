package dev.millrace.redis.internal;

/**
 * A wish to hold an idempotency key on behalf of an entry.
 *
 * @param key 16 bytes, never changed by us
 */
public record Claim(StreamId id, byte[] key) {}
