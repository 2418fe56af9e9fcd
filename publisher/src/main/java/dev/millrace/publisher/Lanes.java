package dev.millrace.publisher;

import dev.millrace.routing.Route;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the lane of an event: one a stream. Thread-safe. */
final class Lanes {

    private final Target target;
    private final BatchLimits limits;
    private final Map<String, Lane> byStream = new ConcurrentHashMap<>();

    Lanes(Target target, BatchLimits limits) {
        this.target = target;
        this.limits = limits;
    }

    Lane of(Route route) {
        String stream = route.stream();
        Lane known = byStream.get(stream);
        return known != null ? known : byStream.computeIfAbsent(stream, name -> new Lane(name, target, limits));
    }
}
