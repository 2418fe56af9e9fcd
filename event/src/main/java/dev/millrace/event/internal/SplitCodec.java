package dev.millrace.event.internal;

import dev.millrace.event.Body;
import dev.millrace.event.EventHeader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The wire form {@code split}: a field {@code header} with the header's JSON, which also names content type and content
 * encoding, and a field {@code body} with bytes of any kind. It has no place for a route's prefix. Thread-safe.
 */
public final class SplitCodec {

    static final String CONTENT_TYPE = "contentType";
    static final String CONTENT_ENCODING = "contentEncoding";

    private static final String JSON = "application/json";

    private SplitCodec() {}

    /**
     * Writes the field {@code header}.
     *
     * @param header the header, with its origin; an empty hash is computed
     * @param body the serialised body, before it is compressed
     * @param contentType what the serialised body is
     * @param encoding how the field {@code body} is compressed; null if it is not
     * @return compact JSON on one line, in an array of its own
     */
    public static byte[] header(
            EventHeader header, byte[] body, String contentType, @Nullable ContentEncoding encoding) {
        EnvelopeCodec.requireOrigin(header);
        JsonWriter head = EnvelopeCodec.writer()
                .writeHeader(header, body, contentType, encoding == null ? null : encoding.wireName());
        byte[] json = new byte[head.size()];
        head.copyTo(json);
        return json;
    }

    /**
     * What the serialised body is, as a field {@code header} says.
     *
     * @return null if it says nothing, which means JSON
     */
    public static @Nullable String contentType(byte[] header) {
        return text(new HeaderReader(new JsonCursor(header)).read(), CONTENT_TYPE);
    }

    /** Whether bytes of this content type are JSON text; without one they are. */
    public static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals(JSON) || type.endsWith("+json");
    }

    /** Reads the two fields. */
    static DecodedEvent decode(byte[] header, byte[] body, Object entryId, int maxOpened) {
        JsonCursor cursor = new JsonCursor(header);
        HeaderReader reader = new HeaderReader(cursor).read();
        cursor.expectEnd();
        String contentType = text(reader, CONTENT_TYPE);
        String encoding = text(reader, CONTENT_ENCODING);
        byte[] opened = encoding == null || encoding.equalsIgnoreCase("identity")
                ? body
                : ContentEncoding.named(encoding).decode(body, maxOpened);
        return new Envelope(reader, isJson(contentType) ? json(opened) : Body.of(opened))
                .event(0, entryId, contentType);
    }

    /** They describe this entry's bytes; a copy of the event may be written in another form. */
    private static @Nullable String text(HeaderReader reader, String name) {
        String raw = reader.takeUnknown(name);
        if (raw == null || raw.equals("null")) {
            return null;
        }
        if (!raw.startsWith("\"")) {
            throw new MalformedEntryException("header member '" + name + "' is not a text");
        }
        return new JsonCursor(raw.getBytes(StandardCharsets.UTF_8)).string();
    }

    private static Body json(byte[] bytes) {
        JsonCursor cursor = new JsonCursor(bytes);
        Body body = cursor.slice();
        cursor.expectEnd();
        return body;
    }
}
