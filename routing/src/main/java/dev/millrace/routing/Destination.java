package dev.millrace.routing;

import org.jspecify.annotations.Nullable;

/**
 * What a route leads to.
 *
 * @param name of the stream, or what stands in receipts for one
 * @param memory where the events are kept; null unless the kind is memory
 */
record Destination(
        Route.Kind kind, StreamName name, @Nullable InMemoryEvents memory) {

    static final Destination CONSOLE = new Destination(Route.Kind.CONSOLE, StreamName.of("console"), null);

    static Destination stream(String template) {
        return new Destination(Route.Kind.STREAM, StreamName.of(template), null);
    }

    static Destination memory(InMemoryEvents events) {
        return new Destination(Route.Kind.MEMORY, StreamName.of("memory"), events);
    }

    /** For messages. */
    @Override
    public String toString() {
        return kind == Route.Kind.STREAM ? "stream " + name : name.toString();
    }
}
