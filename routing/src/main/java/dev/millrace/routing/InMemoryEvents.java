package dev.millrace.routing;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.Event;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * A target for tests: keeps what is published to it instead of sending it. Thread-safe.
 *
 * <p>Headers are complete, and bodies are {@code byte[]}s as a consumer would get them.
 */
public final class InMemoryEvents {
    private static final int DEFAULT_MAX = 10_000;

    private final int max;
    private final Deque<Event> events = new ArrayDeque<>();
    private long added;

    private InMemoryEvents(int max) {
        this.max = max;
    }

    /** Empty; keeps the last 10,000 events. */
    public static InMemoryEvents create() {
        return new InMemoryEvents(DEFAULT_MAX);
    }

    /**
     * Empty; keeps the last so many events.
     *
     * @param max at least 1
     */
    public static InMemoryEvents keeping(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max: got " + max + "; keep at least 1 event");
        }
        return new InMemoryEvents(max);
    }

    /** What is kept, in the order of publishing; a copy. */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** The bodies of the events of this type, read as this class by the default JSON codec. */
    public <T> List<T> bodies(String type, Class<T> bodyClass) {
        return events().stream()
                .filter(event -> event.header().type().equals(type))
                .map(event -> BodyCodec.json().decode(Body.of((byte[]) event.body()), bodyClass))
                .toList();
    }

    /** How many are kept. */
    public synchronized int size() {
        return events.size();
    }

    /** Forgets them all. */
    public synchronized void clear() {
        events.clear();
    }

    /**
     * Adds an event, as the publisher does; the oldest leaves if there are too many.
     *
     * @param event with a {@code byte[]} body
     * @return how many were added so far
     */
    public synchronized long add(Event event) {
        Objects.requireNonNull(event, "event");
        if (events.size() == max) {
            events.removeFirst();
        }
        events.addLast(event);
        return ++added;
    }

    /** The number of events only. */
    @Override
    public String toString() {
        return "InMemoryEvents[" + size() + "]";
    }
}
