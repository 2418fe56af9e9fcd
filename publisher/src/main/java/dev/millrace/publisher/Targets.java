package dev.millrace.publisher;

import dev.millrace.routing.InMemoryEvents;
import dev.millrace.routing.Route;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds the lane of an event at what its route leads to: Redis, the console, or a list in memory. Thread-safe. */
final class Targets {

    private final @Nullable Lanes streams;
    private final Lanes console;
    private final BatchLimits limits;
    private final StreamKeeper keeper;
    private final Map<InMemoryEvents, Lanes> memories = new ConcurrentHashMap<>();

    /**
     * Without lanes yet.
     *
     * @param streams the lanes to Redis; null if no route leads there
     * @param keeper told of each stream in Redis before an event is accepted for it
     */
    Targets(@Nullable Lanes streams, BatchLimits limits, StreamKeeper keeper) {
        this.streams = streams;
        this.limits = limits;
        this.keeper = keeper;
        this.console = inOrder(ConsoleTarget.standardOutput());
    }

    /**
     * @throws StreamFullException if the event's stream takes no more
     */
    Lane of(Route route, String type) {
        Lanes lanes = switch (route.kind()) {
            case STREAM -> streams(route.stream());
            case CONSOLE -> console;
            case MEMORY -> memory(Objects.requireNonNull(route.memory()));
        };
        Lane lane = lanes.of(route.stream(), type);
        lane.raise(route.priority());
        return lane;
    }

    /** How many streams (or other groups) of Redis are remembered. */
    int streams() {
        return streams == null ? 0 : streams.count();
    }

    private Lanes streams(String stream) {
        keeper.publishing(stream);
        return Objects.requireNonNull(streams, "a route leads to Redis, and there is none");
    }

    private Lanes memory(InMemoryEvents events) {
        return memories.computeIfAbsent(events, memory -> inOrder(new MemoryTarget(memory)));
    }

    private Lanes inOrder(Target target) {
        return new Lanes(target, limits, BatchGrouping.byStream());
    }
}
