package dev.millrace.redis.internal;

import java.util.List;

/**
 * An entry as it stands in the stream.
 *
 * @param fields names and values in turn, byte for byte
 * @param deliveryCount what Redis counts for it in the group's pending list after this delivery; 1 on the first
 */
public record StreamEntry(StreamId id, List<byte[]> fields, long deliveryCount) {}
