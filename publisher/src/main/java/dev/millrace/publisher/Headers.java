package dev.millrace.publisher;

import dev.millrace.event.DeliveryContext;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.EventIds;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fills what a header lacks: id, time, origin, and correlation and causation from the event that the current thread is
 * handling. Thread-safe.
 */
final class Headers {

    private final String origin;
    private final InstantSource clock;

    Headers(String origin, InstantSource clock) {
        this.origin = origin;
        this.clock = clock;
    }

    /** A header for a new event; in the common case it is built and checked once. */
    EventHeader fresh(String type, Consumer<EventHeader.Builder> members) {
        EventHeader handled = DeliveryContext.current();
        String id = EventIds.next(clock);
        EventHeader.Builder builder = EventHeader.builder(type)
                .id(id)
                .origin(origin)
                .correlationId(handled == null ? id : correlationOf(handled))
                .causationId(handled == null ? null : handled.id());
        members.accept(builder);
        EventHeader header = builder.build(clock);
        boolean idReplaced = !id.equals(header.id()) && id.equals(header.correlationId());
        return idReplaced || isIncomplete(header, null)
                ? complete(header, idReplaced ? null : header.correlationId(), null)
                : header;
    }

    /** The given header, with what it lacks. */
    EventHeader complete(EventHeader given) {
        EventHeader handled = DeliveryContext.current();
        return isIncomplete(given, handled) ? complete(given, given.correlationId(), handled) : given;
    }

    private static boolean isIncomplete(EventHeader header, @Nullable EventHeader handled) {
        return header.origin().isEmpty()
                || header.correlationId() == null
                || !header.hash().isEmpty()
                || (handled != null && header.causationId() == null);
    }

    private EventHeader complete(EventHeader header, @Nullable String correlationId, @Nullable EventHeader handled) {
        String correlation = correlationId;
        if (correlation == null) {
            correlation = handled == null ? header.id() : correlationOf(handled);
        }
        String causation = header.causationId();
        if (causation == null && handled != null) {
            causation = handled.id();
        }
        return header.toBuilder()
                .origin(header.origin().isEmpty() ? origin : header.origin())
                .correlationId(correlation)
                .causationId(causation)
                .hash("") // belongs to the body, and is computed when that is encoded
                .build(clock);
    }

    private static String correlationOf(EventHeader handled) {
        String correlation = handled.correlationId();
        return correlation == null ? handled.id() : correlation;
    }
}
