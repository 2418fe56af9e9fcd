package dev.millrace.redis.internal;

import java.util.List;

/**
 * What a reclaim brought.
 *
 * @param entries now pending under our name
 * @param missing were pending, but are no longer in the stream; Redis has forgotten them with this call
 */
public record Taken(List<StreamEntry> entries, List<StreamId> missing) {}
