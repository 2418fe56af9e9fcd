package dev.millrace.consumer;

import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.routing.TypePattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a replay was told to take. For one thread. */
final class ReplaySelection {

    private static final StreamId END = new StreamId(-1, -1);

    StreamId from = StreamId.MIN;
    StreamId to = END;
    final Set<StreamId> entries = new TreeSet<>();
    final Set<String> eventIds = new HashSet<>();
    final List<TypePattern> types = new ArrayList<>();

    /** Whether it is all from one id on, as a group would read it. */
    boolean isTail() {
        return to.equals(END) && entries.isEmpty() && eventIds.isEmpty() && types.isEmpty();
    }

    StreamId lowest() {
        return entries.isEmpty() ? from : entries.iterator().next();
    }

    List<DecodedEvent> of(List<DecodedEvent> events) {
        return events.stream().filter(event -> takes(event.header())).toList();
    }

    private boolean takes(EventHeader header) {
        return (eventIds.isEmpty() || eventIds.contains(header.id()))
                && (types.isEmpty() || types.stream().anyMatch(type -> matches(type, header)));
    }

    /** As handlers are found: the type as it stands, or without the origin that Node services put before it. */
    static boolean matches(TypePattern pattern, EventHeader header) {
        String type = header.type();
        String namespace = header.origin() + '.';
        return pattern.matches(type)
                || (type.startsWith(namespace)
                        && type.length() > namespace.length()
                        && pattern.matches(type.substring(namespace.length())));
    }
}
