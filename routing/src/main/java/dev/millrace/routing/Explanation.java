package dev.millrace.routing;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which route an event takes, and why not another; immutable. */
public final class Explanation {
    private final String type;
    private final @Nullable Route route;
    private final List<String> reasons;

    Explanation(String type, @Nullable Route route, List<String> reasons) {
        this.type = type;
        this.route = route;
        this.reasons = List.copyOf(reasons);
    }

    /** The route, or empty if the event would be refused. */
    public Optional<Route> route() {
        return Optional.ofNullable(route);
    }

    /** One line for each route that was considered, the most specific first; never empty, immutable. */
    public List<String> reasons() {
        return reasons;
    }

    /** For humans: the decision on the first line, a reason on each further one. No line break at the end. */
    @Override
    public String toString() {
        String decision = route == null ? "refused" : route.target();
        return type + " -> " + decision + "\n  " + String.join("\n  ", reasons);
    }
}
