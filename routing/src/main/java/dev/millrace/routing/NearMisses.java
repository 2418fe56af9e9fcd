package dev.millrace.routing;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notices types that match no route, but would if a route's final {@code *} were {@code **}; thread-safe. */
final class NearMisses {
    /** So that types made up by whoever publishes fill neither the log nor the heap. */
    private static final int MAX_WARNED_TYPES = 1_000;

    private final List<Miss> misses;
    private final Consumer<String> warnings;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    NearMisses(List<Rule> rules, Consumer<String> warnings) {
        this.misses = rules.stream()
                .map(rule -> Miss.of(rule.pattern()))
                .filter(Objects::nonNull)
                .toList();
        this.warnings = warnings;
    }

    /** Says what would make a route match, or null if it would not help. */
    @Nullable
    String hint(String type) {
        for (Miss miss : misses) {
            if (miss.widened().matches(type) && !miss.written().matches(type)) {
                return "route \"" + miss.written() + "\" would match if its final * were **; write \"" + miss.widened()
                        + "\" if that is meant";
            }
        }
        return null;
    }

    /** Warns of a type that matches no route, once. */
    void noted(String type) {
        String hint = hint(type);
        if (hint != null && warned.size() < MAX_WARNED_TYPES && warned.add(type)) {
            warnings.accept("event type " + type + " matches no route; " + hint);
        }
    }

    private record Miss(TypePattern written, TypePattern widened) {
        static @Nullable Miss of(TypePattern pattern) {
            TypePattern widened = pattern.widened();
            return widened == null ? null : new Miss(pattern, widened);
        }
    }
}
