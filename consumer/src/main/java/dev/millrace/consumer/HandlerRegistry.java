package dev.millrace.consumer;

import dev.millrace.event.EventHeader;
import dev.millrace.routing.TypePattern;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which handlers care for an event: all whose pattern matches, the most specific first. Thread-safe. */
final class HandlerRegistry {

    /** Types come from outside; beyond this many they are looked up each time. */
    private static final int MAX_CACHED = 10_000;

    private final List<Registration<?>> registrations = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<String, List<Registration<?>>> byType = new ConcurrentHashMap<>();

    <T> void add(String pattern, Class<T> bodyClass, DeliveryHandler<T> handler) {
        registrations.add(new Registration<>(TypePattern.of(pattern), bodyClass, handler));
        byType.clear();
    }

    boolean isEmpty() {
        return registrations.isEmpty();
    }

    /** The type as it stands counts; if nobody handles that, the type without the origin that Node services put before it. */
    List<Registration<?>> handlersFor(EventHeader header) {
        List<Registration<?>> exact = handlersFor(header.type());
        if (!exact.isEmpty()) {
            return exact;
        }
        String namespace = header.origin() + '.';
        String type = header.type();
        return type.startsWith(namespace) && type.length() > namespace.length()
                ? handlersFor(type.substring(namespace.length()))
                : exact;
    }

    private List<Registration<?>> handlersFor(String type) {
        List<Registration<?>> known = byType.get(type);
        if (known != null) {
            return known;
        }
        List<Registration<?>> found = registrations.stream()
                .filter(r -> r.pattern().matches(type))
                // A stable sort: equally specific handlers run in the order in which they were added.
                .sorted((a, b) -> a.pattern().compareTo(b.pattern()))
                .toList();
        if (byType.size() < MAX_CACHED) {
            byType.put(type, found);
        }
        return found;
    }
}
