package dev.millrace.routing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.millrace.event.EventHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which stream an event goes to: the most specific route whose pattern matches its type and whose condition holds.
 *
 * <p>The order in which routes are written means nothing; {@link TypePattern} says which is more specific. Of two equally
 * specific routes the one with a condition comes first, then the one with the lower {@code order}, and where that does not
 * decide either, {@code build()} refuses them. An event that no route takes goes, by default, to the stream named after its type's first segment:
 * {@code order.paid} to {@code order-events}.
 *
 * <p>Immutable and thread-safe. Which routes match a type is remembered for up to 10,000 types.
 */
public final class Routing {
    private static final int MAX_REMEMBERED_TYPES = 10_000;
    private static final Rule TO_NAMESPACE_STREAM =
            new Rule(TypePattern.of("**"), Destination.stream("{namespace}-events"), "", null, 0, Priority.NORMAL);

    private final List<Rule> rules;
    private final List<TypePattern> leftOut;
    private final Unmatched unmatched;
    private final NearMisses nearMisses;
    private final LoadingCache<String, List<Candidate>> candidates;

    Routing(RoutingBuilder builder, Consumer<String> warnings) {
        this.rules = builder.rules().stream().sorted(Rule.MOST_SPECIFIC_FIRST).toList();
        this.leftOut = builder.leftOut().stream().sorted().toList();
        this.unmatched = builder.unmatched();
        RuleChecks.requireSound(rules);
        this.nearMisses = new NearMisses(rules, warnings);
        this.candidates = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED_TYPES)
                .executor(Runnable::run) // evicting is cheap; it needs no thread of a pool that belongs to others
                .build(this::candidatesFor);
    }

    /** Without routes: every event goes to the stream named after its type's first segment. */
    public static Routing defaults() {
        return builder().build();
    }

    /** Starts without routes and with {@link Unmatched#TO_NAMESPACE_STREAM}. */
    public static RoutingBuilder builder() {
        return new RoutingBuilder();
    }

    /**
     * The way of this event.
     *
     * @throws UnroutableEventException if no route takes it and {@link Unmatched#REFUSE} is set, if a condition throws, or if
     *     the stream's name needs an origin that the header does not have
     */
    public Route resolve(EventHeader header) {
        List<Candidate> matching = candidates.get(header.type());
        for (int i = 0; i < matching.size(); i++) {
            Candidate candidate = matching.get(i);
            if (candidate.rule().accepts(header)) {
                return candidate.routeFor(header);
            }
        }
        throw new UnroutableEventException("event " + header.type() + ": " + whyUnroutable(header.type()));
    }

    /**
     * The way of this event, and why it takes no other one; for tests and for people. Works the answer out anew.
     *
     * @throws UnroutableEventException if a condition throws, or if the stream's name needs an origin that the header does
     *     not have
     */
    public Explanation explain(EventHeader header) {
        String type = header.type();
        List<String> reasons = new ArrayList<>();
        Rule taken = null;
        for (Rule rule : rules) {
            if (!rule.pattern().matches(type)) {
                continue;
            }
            if (taken != null) {
                reasons.add(rule + " matches too, and "
                        + (taken.pattern().isMoreSpecificThan(rule.pattern()) ? "is less specific" : "comes later"));
            } else if (rule.accepts(header)) {
                taken = rule;
                reasons.add(rule + (rule.isConditional() ? " matches, its condition holds" : " matches") + ": taken");
            } else {
                reasons.add(rule + " matches, but its condition does not hold");
            }
        }
        leftOut.stream()
                .filter(pattern -> pattern.matches(type))
                .forEach(
                        pattern -> reasons.add("route \"" + pattern + "\" would match, but when(false) leaves it out"));
        if (taken == null) {
            reasons.add(unmatched == Unmatched.REFUSE ? whyUnroutable(type) : whyByNamespace(type));
            taken = unmatched == Unmatched.REFUSE ? null : TO_NAMESPACE_STREAM;
        }
        return new Explanation(type, taken == null ? null : taken.routeFor(type, header.origin()), reasons);
    }

    /** Whether any event may go to Redis, so that a publisher needs one. */
    public boolean usesStreams() {
        boolean takesAll = rules.stream()
                .anyMatch(rule ->
                        !rule.isConditional() && rule.pattern().toString().equals("**"));
        return (unmatched == Unmatched.TO_NAMESPACE_STREAM && !takesAll)
                || rules.stream().anyMatch(rule -> rule.destination().kind() == Route.Kind.STREAM);
    }

    /** The routes in the order in which they are tried, without what {@code when(false)} left out. */
    @Override
    public String toString() {
        return "Routing["
                + rules.stream().map(rule -> rule + " -> " + rule.stream()).collect(Collectors.joining(", "))
                + (rules.isEmpty() ? "" : ", ") + "unmatched " + unmatched + "]";
    }

    /** What may take events of this type, in order, up to the first that takes them all. */
    private List<Candidate> candidatesFor(String type) {
        List<Candidate> matching = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.pattern().matches(type)) {
                matching.add(Candidate.of(rule, type));
                if (!rule.isConditional()) {
                    return List.copyOf(matching);
                }
            }
        }
        if (matching.isEmpty()) {
            nearMisses.noted(type);
        }
        if (unmatched == Unmatched.TO_NAMESPACE_STREAM) {
            matching.add(Candidate.of(TO_NAMESPACE_STREAM, type));
        }
        return List.copyOf(matching);
    }

    private String whyByNamespace(String type) {
        String hint = nearMisses.hint(type);
        return "no route takes it, so it goes to the stream of its first segment" + (hint == null ? "" : "; " + hint);
    }

    private String whyUnroutable(String type) {
        if (rules.stream().anyMatch(rule -> rule.pattern().matches(type))) {
            return "no condition of the routes that match its type holds, and unmatched events are refused; add the"
                    + " same route without a condition";
        }
        String hint = nearMisses.hint(type);
        return "no route matches its type, and unmatched events are refused; "
                + (hint == null ? "add a route for it, or allow unmatched(TO_NAMESPACE_STREAM)" : hint);
    }

    /** A rule that matches a type, with its route where that is the same for every event of the type. */
    private record Candidate(Rule rule, @Nullable Route route) {
        static Candidate of(Rule rule, String type) {
            return new Candidate(rule, rule.stream().usesOrigin() ? null : rule.routeFor(type, ""));
        }

        Route routeFor(EventHeader header) {
            return route != null ? route : rule.routeFor(header.type(), header.origin());
        }
    }
}
