package dev.millrace.redis.internal;

import org.jspecify.annotations.Nullable;

/**
 * One XADD.
 *
 * @param header the field {@code header}; null if the entry has but one field
 * @param data the field {@code data} where it is the only one, else the field {@code body}
 */
public record StreamAppend(String stream, byte @Nullable [] header, byte[] data) {

    /** An entry with the single field {@code data}. */
    public StreamAppend(String stream, byte[] data) {
        this(stream, null, data);
    }

    /** The size of its values. */
    public int bytes() {
        return header == null ? data.length : header.length + data.length;
    }
}
