package dev.millrace.consumer;

import dev.millrace.event.EventHeader;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which handlers care for an event: all whose pattern matches, by priority, the most specific first. Thread-safe. */
final class HandlerRegistry {

    /** Types come from outside; beyond this many they are looked up each time. */
    private static final int MAX_CACHED = 10_000;

    private final List<Registration<?>> registrations = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<Lookup, List<Registration<?>>> found = new ConcurrentHashMap<>();

    private record Lookup(SubscriptionName place, String type, String version) {}

    void add(Registration<?> registration) {
        registrations.add(registration);
        found.clear();
    }

    /** In the order in which they were added. */
    List<Registration<?>> all() {
        return List.copyOf(registrations);
    }

    List<ConsumerStatus.HandlerStatus> status() {
        return registrations.stream()
                .map(r -> new ConsumerStatus.HandlerStatus(
                        r.name(),
                        r.bodyClass().getName(),
                        r.options().priority(),
                        r.options().description()))
                .toList();
    }

    /** The type as it stands counts; if nobody handles that, the type without the origin that Node services put before it. */
    List<Registration<?>> handlersFor(SubscriptionName place, EventHeader header) {
        String type = header.type();
        List<Registration<?>> exact = handlersFor(new Lookup(place, type, header.version()));
        if (!exact.isEmpty()) {
            return exact;
        }
        String namespace = header.origin() + '.';
        return type.startsWith(namespace) && type.length() > namespace.length()
                ? handlersFor(new Lookup(place, type.substring(namespace.length()), header.version()))
                : exact;
    }

    private List<Registration<?>> handlersFor(Lookup lookup) {
        List<Registration<?>> known = found.get(lookup);
        if (known != null) {
            return known;
        }
        String type = lookup.type();
        List<Registration<?>> matching = List.copyOf(registrations.stream()
                .filter(r -> r.options().appliesTo(lookup.place(), lookup.version()) && r.caresFor(type))
                // A stable sort: equals run in the order in which they were added.
                .sorted(Comparator.<Registration<?>>comparingInt(
                                r -> r.options().priority())
                        .thenComparing(r -> r.patternFor(type)))
                .toList());
        if (found.size() < MAX_CACHED) {
            found.put(lookup, matching);
        }
        return matching;
    }
}
