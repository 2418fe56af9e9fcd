package dev.millrace.redis.internal;

/** One row of a group's pending list (XPENDING). */
public record PendingEntry(StreamId id, String consumer, long idleMillis, long deliveryCount) {}
