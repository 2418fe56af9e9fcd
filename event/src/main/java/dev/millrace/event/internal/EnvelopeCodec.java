package dev.millrace.event.internal;

import dev.millrace.event.Body;
import dev.millrace.event.EventHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wire form {@code envelope}: <code>{"pattern":P,"data":{"header":{…},"body":…}}</code>. Written by splicing: the
 * header around a body that is serialised already; read by walking over the header and leaving the body as a slice.
 * Thread-safe.
 */
public final class EnvelopeCodec {

    private static final byte[] END = {'}', '}'};
    private static final Body NO_BODY = Body.of("null".getBytes(StandardCharsets.US_ASCII));

    /** The buffer that headers are written into is kept, since nearly all are of one size. */
    private static final ThreadLocal<EnvelopeWriter> WRITER = ThreadLocal.withInitial(EnvelopeWriter::new);

    private EnvelopeCodec() {}

    /**
     * Writes an envelope.
     *
     * @param header the header; an empty hash is computed
     * @param body the serialised body, one compact JSON value
     * @param prefix what the route puts before the type in the pattern, may be empty
     * @return compact JSON on one line, in an array of its own
     */
    public static byte[] encode(EventHeader header, byte[] body, String prefix) {
        JsonWriter head = WRITER.get().write(header, body, prefix);
        int bodyAt = head.size();
        byte[] entry = new byte[bodyAt + body.length + END.length];
        head.copyTo(entry);
        System.arraycopy(body, 0, entry, bodyAt, body.length);
        System.arraycopy(END, 0, entry, bodyAt + body.length, END.length);
        return entry;
    }

    /**
     * Reads an envelope, of one event or of a batch as the Node library writes it.
     *
     * @param data the entry's bytes, which the bodies go on using
     * @param entryId the entry's id, which names events that have no id of their own
     * @return the events, at least one
     * @throws MalformedEntryException if the bytes are no envelope
     */
    public static List<DecodedEvent> decode(byte[] data, String entryId) {
        JsonCursor cursor = new JsonCursor(data);
        Envelope envelope = Envelope.read(data, cursor);
        cursor.expectEnd();
        if (NodeBatch.isBatch(envelope.header())) {
            return NodeBatch.decode(data, envelope.body(), entryId);
        }
        return List.of(envelope.event(0));
    }

    /** What was found in an envelope. */
    record Envelope(HeaderReader header, Body body) {

        /** Reads an envelope, members in any order, and leaves the cursor after it. */
        static Envelope read(byte[] json, JsonCursor cursor) {
            cursor.expect('{');
            @Nullable Envelope found = null;
            for (boolean first = true; cursor.nextMember(first); first = false) {
                if (cursor.name().equals("data")) {
                    found = readData(json, cursor);
                } else {
                    cursor.skipValue();
                }
            }
            if (found == null) {
                throw new MalformedEntryException("envelope has no 'data'");
            }
            return found;
        }

        DecodedEvent event(int index) {
            EventHeader built = header.build(() -> BodyHash.sha256Hex(body.bytes(), body.offset(), body.length()));
            return new DecodedEvent(index, built, body);
        }

        private static Envelope readData(byte[] json, JsonCursor cursor) {
            cursor.expect('{');
            @Nullable HeaderReader header = null;
            Body body = NO_BODY;
            for (boolean first = true; cursor.nextMember(first); first = false) {
                switch (cursor.name()) {
                    case "header" -> header = new HeaderReader(json, cursor).read();
                    case "body" -> body = slice(json, cursor);
                    default -> cursor.skipValue();
                }
            }
            if (header == null) {
                throw new MalformedEntryException("envelope has no 'header'");
            }
            return new Envelope(header, body);
        }
    }

    /** Passes a value and gives its bytes. */
    static Body slice(byte[] json, JsonCursor cursor) {
        cursor.peek();
        int start = cursor.position();
        cursor.skipValue();
        return new Body(json, start, cursor.position() - start);
    }
}
