package dev.millrace.routing;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where one event goes; immutable. */
public final class Route {
    private final Rule rule;
    private final String stream;

    Route(Rule rule, String stream) {
        this.rule = rule;
        this.stream = stream;
    }

    /** What an event can go to. */
    public enum Kind {
        /** A Redis stream. */
        STREAM,
        /** The standard output, for people who develop. */
        CONSOLE,
        /** An {@link InMemoryEvents}, for tests. */
        MEMORY
    }

    /** The pattern that took the event; {@code **} if no route did and the event goes to its namespace's stream. */
    public TypePattern pattern() {
        return rule.pattern();
    }

    /** What it goes to. */
    public Kind kind() {
        return rule.destination().kind();
    }

    /** The Redis stream, its template filled in; else {@code console} or {@code memory}. */
    public String stream() {
        return stream;
    }

    /** Where the event is kept; null unless the kind is {@link Kind#MEMORY}. */
    public @Nullable InMemoryEvents memory() {
        return rule.destination().memory();
    }

    /** What stands before the type in the entry's pattern; it changes no stream's name. Empty for none, never null. */
    public String prefix() {
        return rule.prefix();
    }

    /** How urgent its events are. */
    public Priority priority() {
        return rule.priority();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Route that
                && pattern().equals(that.pattern())
                && kind() == that.kind()
                && stream.equals(that.stream)
                && Objects.equals(memory(), that.memory())
                && prefix().equals(that.prefix())
                && priority() == that.priority();
    }

    @Override
    public int hashCode() {
        return Objects.hash(pattern(), stream, prefix());
    }

    /** For humans: {@code order.** -> stream order-events}. */
    @Override
    public String toString() {
        return pattern() + " -> " + target()
                + (prefix().isEmpty() ? "" : ", prefix " + prefix())
                + (priority() == Priority.NORMAL ? "" : ", priority " + priority());
    }

    /** For messages. */
    String target() {
        return kind() == Kind.STREAM ? "stream " + stream : stream;
    }
}
