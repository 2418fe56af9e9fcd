package dev.millrace.routing;

import dev.millrace.event.EventHeader;
import java.util.Comparator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One route as it was configured.
 *
 * @param order of several that could otherwise not be told apart, the lowest is asked first
 */
record Rule(
        TypePattern pattern,
        Destination destination,
        String prefix,
        @Nullable Predicate<EventHeader> condition,
        int order,
        Priority priority) {

    /** The order in which routes are tried; of two equally specific ones, the one with a condition goes first. */
    static final Comparator<Rule> MOST_SPECIFIC_FIRST = Comparator.comparing(Rule::pattern, TypePattern.BY_SPECIFICITY)
            .thenComparing(rule -> !rule.isConditional())
            .thenComparingInt(Rule::order)
            .thenComparing(Rule::pattern);

    boolean isConditional() {
        return condition != null;
    }

    /** Whether neither of the two can be preferred where both match. */
    boolean isAmbiguousWith(Rule other) {
        return isConditional() == other.isConditional()
                && order == other.order
                && pattern.isAmbiguousWith(other.pattern);
    }

    boolean accepts(EventHeader header) {
        if (condition == null) {
            return true;
        }
        try {
            return condition.test(header);
        } catch (RuntimeException e) {
            throw new UnroutableEventException(
                    "event " + header.type() + ": the condition of " + this
                            + " threw an exception; mend it, see the cause",
                    e);
        }
    }

    Route routeFor(String type, String origin) {
        return new Route(this, nameFor(type, origin));
    }

    StreamName stream() {
        return destination.name();
    }

    private String nameFor(String type, String origin) {
        StreamName stream = stream();
        if (stream.usesOrigin()) {
            if (origin.isEmpty()) {
                throw new UnroutableEventException("event " + type + ": " + this + " goes to stream \"" + stream
                        + "\", but the event has no origin; set one on its header");
            }
            if (origin.indexOf('{') >= 0 || origin.indexOf('}') >= 0) {
                throw new UnroutableEventException("event " + type + ": " + this + " goes to stream \"" + stream
                        + "\", but the origin has braces, which no stream's name may take over; remove them from it");
            }
        }
        return stream.fill(type, origin);
    }

    /** For messages. */
    @Override
    public String toString() {
        return "route \"" + pattern + "\"" + (isConditional() ? " with a condition" : "")
                + (order == 0 ? "" : ", order " + order);
    }
}
