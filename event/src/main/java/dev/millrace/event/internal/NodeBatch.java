package dev.millrace.event.internal;

import dev.millrace.event.Body;
import java.util.ArrayList;
import java.util.List;

/** The batches that the Node library writes: one entry whose body holds the envelopes of several events. */
final class NodeBatch {

    private NodeBatch() {}

    /** Whether a header is a batch's: it counts messages and has no origin of its own. */
    static boolean isBatch(HeaderReader header) {
        return header.unknown.containsKey("messageCount")
                && header.unknown.containsKey("batchId")
                && header.type != null
                && header.type.endsWith("batch");
    }

    static List<DecodedEvent> decode(byte[] data, Body body, String entryId) {
        JsonCursor cursor = new JsonCursor(data, body.offset());
        List<DecodedEvent> events = new ArrayList<>();
        cursor.expect('{');
        for (boolean first = true; cursor.nextMember(first); first = false) {
            if (cursor.name().equals("messages")) {
                messages(data, cursor, events);
            } else {
                cursor.skipValue();
            }
        }
        if (events.isEmpty()) {
            throw new MalformedEntryException("batch has no messages");
        }
        return List.copyOf(events);
    }

    private static void messages(byte[] data, JsonCursor cursor, List<DecodedEvent> events) {
        cursor.expect('[');
        if (cursor.take(']')) {
            return;
        }
        do {
            events.add(message(data, cursor, events.size()));
        } while (cursor.take(','));
        cursor.expect(']');
    }

    private static DecodedEvent message(byte[] data, JsonCursor cursor, int index) {
        cursor.expect('{');
        EnvelopeCodec.Envelope envelope = null;
        for (boolean first = true; cursor.nextMember(first); first = false) {
            if (cursor.name().equals("envelope")) {
                envelope = EnvelopeCodec.Envelope.read(data, cursor);
            } else {
                cursor.skipValue();
            }
        }
        if (envelope == null) {
            throw new MalformedEntryException("message " + index + " of the batch has no envelope");
        }
        return envelope.event(index);
    }
}
