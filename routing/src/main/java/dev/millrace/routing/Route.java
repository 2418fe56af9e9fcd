package dev.millrace.routing;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where one event goes; immutable. */
public final class Route {
    private final TypePattern pattern;
    private final String stream;
    private final String prefix;

    Route(TypePattern pattern, String stream, String prefix) {
        this.pattern = pattern;
        this.stream = stream;
        this.prefix = prefix;
    }

    /** The pattern that took the event; {@code **} if no route did and the event goes to its namespace's stream. */
    public TypePattern pattern() {
        return pattern;
    }

    /** The Redis stream, its template filled in. */
    public String stream() {
        return stream;
    }

    /** What stands before the type in the entry's pattern; it changes no stream's name. Empty for none, never null. */
    public String prefix() {
        return prefix;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Route that
                && pattern.equals(that.pattern)
                && stream.equals(that.stream)
                && prefix.equals(that.prefix);
    }

    @Override
    public int hashCode() {
        return Objects.hash(pattern, stream, prefix);
    }

    /** For humans: {@code order.** -> stream order-events}. */
    @Override
    public String toString() {
        return pattern + " -> stream " + stream + (prefix.isEmpty() ? "" : ", prefix " + prefix);
    }
}
