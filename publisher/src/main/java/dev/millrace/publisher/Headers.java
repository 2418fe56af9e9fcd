package dev.millrace.publisher;

import dev.millrace.event.DeliveryContext;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.EventIds;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fills what a header lacks: id, time, origin; the caller's context; and correlation, causation and trace from the event
 * that the current thread is handling. Thread-safe.
 */
final class Headers {

    /** What a header says that was given no version. */
    private static final String DEFAULT_VERSION = "1.0.0";

    private final String origin;
    private final InstantSource clock;
    private final @Nullable Consumer<EventHeader.Builder> context;

    Headers(String origin, InstantSource clock, HeaderPolicy policy) {
        this.origin = origin;
        this.clock = clock;
        this.context = policy.context();
    }

    /** A header for a new event; in the common case it is built and checked once. */
    EventHeader fresh(String type, Consumer<EventHeader.Builder> members) {
        EventHeader handled = DeliveryContext.current();
        long now = clock.millis();
        String id = EventIds.next(now);
        EventHeader.Builder builder = EventHeader.builder(type)
                .id(id)
                .timestamp(Instant.ofEpochMilli(now))
                .origin(origin)
                .correlationId(handled == null ? id : correlationOf(handled))
                .causationId(handled == null ? null : handled.id())
                .traceparent(handled == null ? null : handled.traceparent());
        if (context != null) {
            context.accept(builder);
        }
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
        EventHeader header = context == null ? given : withContext(given, context);
        return isIncomplete(header, handled) ? complete(header, header.correlationId(), handled) : header;
    }

    /** A transformer's header, with what no event may lack; what else it took away stays away. */
    EventHeader mend(EventHeader header) {
        return isIncomplete(header, null) ? complete(header, header.correlationId(), null) : header;
    }

    private static boolean isIncomplete(EventHeader header, @Nullable EventHeader handled) {
        return header.origin().isEmpty()
                || header.correlationId() == null
                || !header.hash().isEmpty()
                || (handled != null
                        && (header.causationId() == null
                                || (header.traceparent() == null && handled.traceparent() != null)));
    }

    private EventHeader complete(EventHeader header, @Nullable String correlationId, @Nullable EventHeader handled) {
        EventHeader.Builder filled = header.toBuilder()
                .origin(header.origin().isEmpty() ? origin : header.origin())
                .correlationId(correlationId == null ? header.id() : correlationId)
                .hash(""); // belongs to the body, and is computed when that is encoded
        if (handled != null) {
            filled.correlationId(correlationId == null ? correlationOf(handled) : correlationId)
                    .causationId(given(header.causationId(), handled.id()))
                    .traceparent(given(header.traceparent(), handled.traceparent()));
        }
        return filled.build(clock);
    }

    private EventHeader withContext(EventHeader header, Consumer<EventHeader.Builder> supplier) {
        EventHeader.Builder builder =
                EventHeader.builder(header.type()).id(header.id()).timestamp(header.timestamp());
        supplier.accept(builder);
        EventHeader supplied = builder.build(clock);
        EventHeader.Builder filled = header.toBuilder()
                .origin(header.origin().isEmpty() ? supplied.origin() : header.origin())
                .version(header.version().equals(DEFAULT_VERSION) ? supplied.version() : header.version())
                .key(given(header.key(), supplied.key()))
                .correlationId(given(header.correlationId(), supplied.correlationId()))
                .causationId(given(header.causationId(), supplied.causationId()))
                .tenantId(given(header.tenantId(), supplied.tenantId()))
                .userId(given(header.userId(), supplied.userId()))
                .sessionId(given(header.sessionId(), supplied.sessionId()))
                .classification(given(header.classification(), supplied.classification()))
                .originVersion(given(header.originVersion(), supplied.originVersion()))
                .traceparent(given(header.traceparent(), supplied.traceparent()));
        for (Map.Entry<String, String> member : supplied.context().entrySet()) {
            if (!header.context().containsKey(member.getKey())) {
                filled.context(member.getKey(), member.getValue());
            }
        }
        for (Map.Entry<String, String> member : supplied.unknownMembers().entrySet()) {
            if (!header.unknownMembers().containsKey(member.getKey())) {
                filled.unknownMember(member.getKey(), member.getValue());
            }
        }
        return filled.build(clock);
    }

    private static <T> @Nullable T given(@Nullable T own, @Nullable T otherwise) {
        return own == null ? otherwise : own;
    }

    private static String correlationOf(EventHeader handled) {
        String correlation = handled.correlationId();
        return correlation == null ? handled.id() : correlation;
    }
}
