package dev.millrace.routing;

import dev.millrace.event.EventHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects routes; not thread-safe. {@link #build} copies, so a builder can be used again. */
public final class RoutingBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

    private final List<Rule> rules = new ArrayList<>();
    private final List<TypePattern> leftOut = new ArrayList<>();
    private Unmatched unmatched = Unmatched.TO_NAMESPACE_STREAM;
    private @Nullable RouteBuilder unfinished;

    RoutingBuilder() {}

    /**
     * Begins a route, which {@link RouteBuilder#toStream}, {@code toConsole} or {@code toMemory} ends.
     *
     * @param pattern which types it is for, see {@link TypePattern}
     * @throws IllegalArgumentException if the pattern is none
     */
    public RouteBuilder route(String pattern) {
        requireFinished();
        unfinished = new RouteBuilder(this, TypePattern.of(pattern));
        return unfinished;
    }

    /** What becomes of an event that no route takes. Default {@link Unmatched#TO_NAMESPACE_STREAM}. */
    public RoutingBuilder unmatched(Unmatched policy) {
        unmatched = Objects.requireNonNull(policy, "unmatched");
        return this;
    }

    /**
     * Checks the routes against each other.
     *
     * @throws IllegalArgumentException if two equally specific ones match the same type, or if one can never match; the
     *     message names them all
     * @throws IllegalStateException if the last route has no target
     */
    public Routing build() {
        return build(LOG::warn);
    }

    Routing build(Consumer<String> warnings) {
        requireFinished();
        return new Routing(this, warnings);
    }

    List<Rule> rules() {
        return rules;
    }

    List<TypePattern> leftOut() {
        return leftOut;
    }

    Unmatched unmatched() {
        return unmatched;
    }

    private void requireFinished() {
        if (unfinished != null) {
            throw new IllegalStateException(
                    "route \"" + unfinished.pattern + "\" has no target; end it with toStream(...)");
        }
    }

    /** One route in the making; not thread-safe. */
    public static final class RouteBuilder {
        private final RoutingBuilder builder;
        private final TypePattern pattern;
        private @Nullable Predicate<EventHeader> condition;
        private String prefix = "";
        private boolean wanted = true;
        private int order;
        private Priority priority = Priority.NORMAL;

        private RouteBuilder(RoutingBuilder builder, TypePattern pattern) {
            this.builder = builder;
            this.pattern = pattern;
        }

        /** Leaves the route out if false, as if it had not been written; several must all be true. Default true. */
        public RouteBuilder when(boolean wanted) {
            this.wanted &= wanted;
            return this;
        }

        /**
         * Takes only events whose header passes; others take the next best route. Asked for every event on the publishing
         * thread, so it must be quick and thread-safe. Several must all pass. Several routes with conditions for one pattern
         * need an {@link #order}. Default every event.
         */
        public RouteBuilder onlyIf(Predicate<EventHeader> condition) {
            Objects.requireNonNull(condition, "condition");
            this.condition = this.condition == null ? condition : this.condition.and(condition);
            return this;
        }

        /**
         * What stands before the type in the entry's pattern, {@code x.} for instance; it changes no stream's name. Default
         * none.
         */
        public RouteBuilder prefix(String prefix) {
            if (prefix.chars().anyMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c))) {
                throw new IllegalArgumentException("prefix of route \"" + pattern
                        + "\" has white space or a control character; remove it, as in \"x.\"");
            }
            this.prefix = prefix;
            return this;
        }

        /**
         * Of routes that are equally specific, and alike in having a condition or not, the one with the lower number is asked
         * first. Default 0.
         */
        public RouteBuilder order(int number) {
            order = number;
            return this;
        }

        /**
         * How urgent its events are: of the batches that are due at a time, those of higher priority leave first. A stream
         * that several routes lead to has the highest of their priorities, so that its order is kept. Default
         * {@link Priority#NORMAL}.
         */
        public RouteBuilder priority(Priority urgency) {
            priority = Objects.requireNonNull(urgency, "priority");
            return this;
        }

        /** Ends the route with the standard output, pretty-printed: for development. */
        public RoutingBuilder toConsole() {
            return end(Destination.CONSOLE);
        }

        /** Ends the route with a list in memory: for tests. */
        public RoutingBuilder toMemory(InMemoryEvents events) {
            return end(Destination.memory(Objects.requireNonNull(events, "events")));
        }

        /**
         * Ends the route with a Redis stream.
         *
         * @param stream its name, in which {@code {type}}, {@code {origin}} and {@code {namespace}} (the type's first
         *     segment) are filled in for each event; other braces are a Redis hash tag, of which a name has at most one
         * @throws IllegalArgumentException if that is no name; the message says what is wrong with it
         */
        public RoutingBuilder toStream(String stream) {
            return end(Destination.stream(stream));
        }

        private RoutingBuilder end(Destination destination) {
            if (builder.unfinished != this) {
                throw new IllegalStateException(
                        "route \"" + pattern + "\" has its target already; begin another one with route(...)");
            }
            Rule rule = new Rule(pattern, destination, prefix, condition, order, priority);
            builder.unfinished = null;
            if (wanted) {
                builder.rules.add(rule);
            } else {
                builder.leftOut.add(pattern);
            }
            return builder;
        }
    }
}
