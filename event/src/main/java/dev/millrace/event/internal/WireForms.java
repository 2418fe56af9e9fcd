package dev.millrace.event.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an entry in whichever wire form it was written, told apart by its fields. Thread-safe. */
public final class WireForms {

    /** The field of the form {@code envelope}. */
    public static final String DATA = "data";

    /** The fields of the form {@code split}. */
    public static final String HEADER = "header";

    /** See {@link #HEADER}. */
    public static final String BODY = "body";

    private static final byte[] DATA_FIELD = DATA.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEADER_FIELD = HEADER.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BODY_FIELD = BODY.getBytes(StandardCharsets.US_ASCII);

    private WireForms() {}

    /** {@link #decode(List, Object, int)} with {@link ContentEncoding#MAX_OPENED}. */
    public static List<DecodedEvent> decode(List<byte[]> fields, Object entryId) {
        return decode(fields, entryId, ContentEncoding.MAX_OPENED);
    }

    /**
     * Reads an entry.
     *
     * @param fields names and values by turns; the events go on using the values' arrays
     * @param entryId the entry's id, whose text names events that came without an id
     * @param maxOpened what a compressed body may become, in bytes, 1 to {@link ContentEncoding#MOST_OPENED}
     * @return the events, at least one
     * @throws MalformedEntryException if the fields are no event
     */
    public static List<DecodedEvent> decode(List<byte[]> fields, Object entryId, int maxOpened) {
        byte @Nullable [] data = value(fields, DATA_FIELD);
        if (data != null) {
            return EnvelopeCodec.decode(data, entryId);
        }
        byte @Nullable [] header = value(fields, HEADER_FIELD);
        byte @Nullable [] body = value(fields, BODY_FIELD);
        if (header == null || body == null) {
            throw new MalformedEntryException("entry has neither a field 'data' nor the fields 'header' and 'body'");
        }
        return List.of(SplitCodec.decode(header, body, entryId, maxOpened));
    }

    private static byte @Nullable [] value(List<byte[]> fields, byte[] name) {
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            if (Arrays.equals(fields.get(i), name)) {
                return fields.get(i + 1);
            }
        }
        return null;
    }
}
