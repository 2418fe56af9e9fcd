package dev.millrace.redis.internal;

import org.jspecify.annotations.Nullable;

/**
 * How far a group was behind at one moment.
 *
 * @param pending entries delivered to a consumer of the group and not yet acknowledged
 * @param oldestPending null if nothing is
 * @param lag entries not yet delivered
 * @param exact whether these were counted; where they are many, the lag is what Redis estimates
 */
public record GroupSample(long pending, @Nullable StreamId oldestPending, long lag, boolean exact) {}
