package dev.millrace.redis.internal;

/**
 * A group after {@link StreamGroup#create}.
 *
 * @param created whether this call created it
 * @param epoch names this life of the group; another after the group was recreated, so that its claims start afresh
 */
public record GroupState(boolean created, String epoch) {}
