package dev.millrace.testkit;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.BodyHash;
import java.util.Map;
import java.util.function.Consumer;

/** Makes headers and bodies as a handler receives them, so that it can be tested without Redis. */
public final class Events {
    private static final String ORIGIN = "test";

    private Events() {}

    /**
     * The header of a received event of this type.
     *
     * @param type dotted type, for instance {@code order.paid}
     * @return a header with every member that a received one has
     */
    public static EventHeader header(String type) {
        return header(type, members -> {});
    }

    /**
     * The header of a received event of this type. What {@code members} leaves out is filled: origin {@code test}, the
     * hash of an empty body, its own id as correlation id.
     *
     * @param type dotted type, for instance {@code order.paid}
     * @param members sets header members, for instance {@code h -> h.key("o-17")}
     * @return a header with every member that a received one has
     */
    public static EventHeader header(String type, Consumer<EventHeader.Builder> members) {
        return received(Event.of(type, Map.of(), members)).header();
    }

    /**
     * The event as it arrives: what the publisher and the consumer would have filled in is filled in, the hash from the
     * body.
     *
     * @param event an event as it would be published
     * @return the same event with a complete header
     */
    public static Event received(Event event) {
        EventHeader header = event.header();
        EventHeader.Builder complete = header.toBuilder();
        if (header.origin().isEmpty()) {
            complete.origin(ORIGIN);
        }
        if (header.hash().isEmpty()) {
            byte[] body = BodyCodec.json().encode(event.body());
            complete.hash(BodyHash.sha256Hex(body, 0, body.length));
        }
        if (header.correlationId() == null) {
            complete.correlationId(header.id());
        }
        return new Event(complete.build(), event.body());
    }

    /**
     * The body after its way over the wire: written as JSON and read again into a handler's type. Fails where the real
     * way would, for instance at a type that cannot be read.
     *
     * @param body the body as it would be published
     * @param type the type that the handler takes
     * @param <T> the type that the handler takes
     * @return the body as the handler gets it
     */
    public static <T> T receivedBody(Object body, Class<T> type) {
        byte[] bytes = BodyCodec.json().encode(body);
        return BodyCodec.json().decode(new Body(bytes, 0, bytes.length), type);
    }
}
