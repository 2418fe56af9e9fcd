package dev.millrace.event.internal;

import dev.millrace.event.Body;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What was read of one event: its header's members and where its body lies.
 *
 * @param header the members, not yet checked
 * @param body the slice; JSON null where the event came without a body
 */
record Envelope(HeaderReader header, Body body) {

    private static final Body NO_BODY = Body.of("null".getBytes(StandardCharsets.US_ASCII));

    /** Reads {@code {"pattern":…,"data":{…}}}, members in any order, and leaves the cursor after it. */
    static Envelope read(JsonCursor cursor) {
        @Nullable Envelope found = null;
        cursor.expect('{');
        for (boolean first = true; cursor.nextMember(first); first = false) {
            if (cursor.name().equals("data")) {
                found = readContent(cursor);
            } else {
                cursor.skipValue();
            }
        }
        if (found == null) {
            throw new MalformedEntryException("envelope has no 'data'");
        }
        return found;
    }

    /** Reads {@code {"header":{…},"body":…}}, members in any order, and leaves the cursor after it. */
    static Envelope readContent(JsonCursor cursor) {
        @Nullable HeaderReader header = null;
        Body body = NO_BODY;
        cursor.expect('{');
        for (boolean first = true; cursor.nextMember(first); first = false) {
            switch (cursor.name()) {
                case "header" -> header = new HeaderReader(cursor).read();
                case "body" -> body = cursor.slice();
                default -> cursor.skipValue();
            }
        }
        if (header == null) {
            throw new MalformedEntryException("envelope has no 'header'");
        }
        return new Envelope(header, body);
    }

    DecodedEvent event(int index, Object fallbackId) {
        return event(index, fallbackId, null);
    }

    DecodedEvent event(int index, Object fallbackId, @Nullable String contentType) {
        return new DecodedEvent(index, header.build(body, fallbackId), body, contentType);
    }
}
