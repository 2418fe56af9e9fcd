package dev.millrace.event.internal;

import dev.millrace.event.Body;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The batches that the Node library writes: one entry whose body lists several events, each with its own header and body
 * under {@code envelope}.
 */
final class NodeBatch {

    private NodeBatch() {}

    /** Whether a header is a batch's: it counts messages and names the batch. */
    static boolean isBatch(HeaderReader header) {
        return header.unknown().containsKey("messageCount")
                && header.unknown().containsKey("batchId")
                && header.typeEndsWith("batch");
    }

    static List<DecodedEvent> decode(Body body, Object entryId) {
        JsonCursor cursor = new JsonCursor(body.bytes(), body.offset());
        List<DecodedEvent> events = new ArrayList<>();
        cursor.expect('{');
        for (boolean first = true; cursor.nextMember(first); first = false) {
            if (cursor.name().equals("messages")) {
                messages(cursor, entryId, events);
            } else {
                cursor.skipValue();
            }
        }
        if (events.isEmpty()) {
            throw new MalformedEntryException("batch has no messages");
        }
        return List.copyOf(events);
    }

    private static void messages(JsonCursor cursor, Object entryId, List<DecodedEvent> events) {
        cursor.expect('[');
        if (cursor.take(']')) {
            return;
        }
        do {
            events.add(message(cursor, entryId, events.size()));
        } while (cursor.take(','));
        cursor.expect(']');
    }

    private static DecodedEvent message(JsonCursor cursor, Object entryId, int index) {
        cursor.expect('{');
        @Nullable Envelope envelope = null;
        for (boolean first = true; cursor.nextMember(first); first = false) {
            if (cursor.name().equals("envelope")) {
                envelope = Envelope.readContent(cursor);
            } else {
                cursor.skipValue();
            }
        }
        if (envelope == null) {
            throw new MalformedEntryException("message " + index + " of the batch has no envelope");
        }
        return envelope.event(index, entryId + "/" + index);
    }
}
