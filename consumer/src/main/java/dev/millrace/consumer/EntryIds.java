package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamId;

/** Reads entry ids that a user wrote. */
final class EntryIds {

    private EntryIds() {}

    static StreamId parse(String key, String id) {
        if (id.matches("\\d{1,20}-\\d{1,20}")) {
            try {
                return StreamId.parse(id);
            } catch (NumberFormatException e) {
                // said below
            }
        }
        throw new IllegalArgumentException(
                key + ": got '" + id + "'; use <milliseconds>-<sequence>, as in 1763692728000-0");
    }
}
