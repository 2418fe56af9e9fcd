package dev.millrace.redis.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One XADD.
 *
 * @param header the field {@code header}; null if the entry has but one field
 * @param data the field {@code data} where it is the only one, else the field {@code body}
 */
public record StreamAppend(String stream, byte @Nullable [] header, byte[] data) {

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] HEADER = {'h', 'e', 'a', 'd', 'e', 'r'};
    private static final byte[] BODY = {'b', 'o', 'd', 'y'};

    /** An entry with the single field {@code data}. */
    public StreamAppend(String stream, byte[] data) {
        this(stream, null, data);
    }

    /** Names and values by turns, as whoever reads the entry gets them. */
    public List<byte[]> fields() {
        return header == null ? List.of(DATA, data) : List.of(HEADER, header, BODY, data);
    }

    /** The size of its values. */
    public int bytes() {
        return header == null ? data.length : header.length + data.length;
    }
}
