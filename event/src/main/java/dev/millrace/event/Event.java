package dev.millrace.event;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * Something that happened: a header and a body. Immutable as far as its body is; an event with an invalid header cannot
 * be built.
 *
 * @param header who, what and when
 * @param body what happened: a record, a map, a JSON tree, a string, or a {@code byte[]} of JSON text to be sent as it is
 */
public record Event(EventHeader header, Object body) {

    /** Refuses null. */
    public Event {
        Objects.requireNonNull(header, "header");
        Objects.requireNonNull(body, "body: an event needs one; use an empty record or Map.of()");
    }

    /**
     * An event of this type with a fresh id and the current time.
     *
     * @param type dotted type, for instance {@code order.paid}
     * @param body the body
     * @return the event
     * @throws InvalidEventException if the type is not allowed
     */
    public static Event of(String type, Object body) {
        return new Event(EventHeader.builder(type).build(), body);
    }

    /**
     * An event of this type whose other header members are set by {@code members}.
     *
     * @param type dotted type, for instance {@code order.paid}
     * @param body the body
     * @param members sets header members, for instance {@code h -> h.key("o-17")}
     * @return the event
     * @throws InvalidEventException if a member is not allowed
     */
    public static Event of(String type, Object body, Consumer<EventHeader.Builder> members) {
        EventHeader.Builder header = EventHeader.builder(type);
        members.accept(header);
        return new Event(header.build(), body);
    }

    /**
     * An event of a declared type, in its version.
     *
     * @param type the declared type
     * @param body the body
     * @param <T> the body's class
     * @return the event
     */
    public static <T> Event of(EventType<T> type, T body) {
        return new Event(
                EventHeader.builder(type.name()).version(type.version()).build(), body);
    }

    /** Without the body: its values never reach a log line by accident. */
    @Override
    public String toString() {
        return "Event[" + header + "]";
    }
}
