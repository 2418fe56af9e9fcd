package dev.millrace.consumer;

import dev.millrace.event.EventHeader;
import dev.millrace.routing.TypePattern;
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

    private record Lookup(SubscriptionName place, String type) {}

    <T> void add(String pattern, Class<T> bodyClass, DeliveryHandler<T> handler, HandlerOptions options) {
        HandlerLimit limit = options.concurrency() == 0 ? null : new HandlerLimit(options.concurrency());
        registrations.add(new Registration<>(TypePattern.of(pattern), bodyClass, handler, options, limit));
        found.clear();
    }

    boolean isEmpty() {
        return registrations.isEmpty();
    }

    List<ConsumerStatus.HandlerStatus> status() {
        return registrations.stream()
                .map(r -> new ConsumerStatus.HandlerStatus(
                        r.pattern().toString(),
                        r.bodyClass().getName(),
                        r.options().priority(),
                        r.options().description()))
                .toList();
    }

    /** The type as it stands counts; if nobody handles that, the type without the origin that Node services put before it. */
    List<Registration<?>> handlersFor(SubscriptionName place, EventHeader header) {
        List<Registration<?>> exact = handlersFor(place, header.type());
        if (!exact.isEmpty()) {
            return exact;
        }
        String namespace = header.origin() + '.';
        String type = header.type();
        return type.startsWith(namespace) && type.length() > namespace.length()
                ? handlersFor(place, type.substring(namespace.length()))
                : exact;
    }

    private List<Registration<?>> handlersFor(SubscriptionName place, String type) {
        Lookup lookup = new Lookup(place, type);
        List<Registration<?>> known = found.get(lookup);
        if (known != null) {
            return known;
        }
        List<Registration<?>> matching = registrations.stream()
                .filter(r -> r.options().appliesTo(place) && r.pattern().matches(type))
                // A stable sort: equals run in the order in which they were added.
                .sorted(Comparator.<Registration<?>>comparingInt(
                                r -> r.options().priority())
                        .thenComparing(Registration::pattern))
                .toList();
        if (found.size() < MAX_CACHED) {
            found.put(lookup, matching);
        }
        return matching;
    }
}
