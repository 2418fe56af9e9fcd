package dev.millrace.event.internal;

import dev.millrace.event.EventHeader;
import dev.millrace.event.InvalidEventException;
import java.util.List;

/**
 * The wire form {@code envelope}: <code>{"pattern":P,"data":{"header":{…},"body":…}}</code>. Written by splicing: the
 * header around a body that is serialised already; read by walking over the header and leaving the body as a slice.
 * Thread-safe.
 */
public final class EnvelopeCodec {

    private static final byte[] END = {'}', '}'};

    /** The buffer that headers are written into is kept, since nearly all are of one size. */
    private static final ThreadLocal<EnvelopeWriter> WRITER = ThreadLocal.withInitial(EnvelopeWriter::new);

    private EnvelopeCodec() {}

    /**
     * Writes an envelope.
     *
     * @param header the header, with its origin; an empty hash is computed
     * @param body the serialised body, one compact JSON value
     * @param prefix what the route puts before the type in the pattern, may be empty
     * @return compact JSON on one line, in an array of its own
     * @throws InvalidEventException if the header has no origin
     */
    public static byte[] encode(EventHeader header, byte[] body, String prefix) {
        requireOrigin(header);
        JsonWriter head = writer().write(header, body, prefix);
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
     * @param entryId the entry's id, whose text names events that came without an id
     * @return the events, at least one
     * @throws MalformedEntryException if the bytes are no envelope
     */
    public static List<DecodedEvent> decode(byte[] data, Object entryId) {
        JsonCursor cursor = new JsonCursor(data);
        Envelope envelope = Envelope.read(cursor);
        cursor.expectEnd();
        return NodeBatch.isBatch(envelope.header())
                ? NodeBatch.decode(envelope.body(), entryId)
                : List.of(envelope.event(0, entryId));
    }

    /** This thread's. */
    static EnvelopeWriter writer() {
        return WRITER.get();
    }

    static void requireOrigin(EventHeader header) {
        if (header.origin().isEmpty()) {
            throw new InvalidEventException("origin is not set; name the publishing service");
        }
    }
}
