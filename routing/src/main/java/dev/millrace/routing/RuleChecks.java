package dev.millrace.routing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds routes that contradict or hide one another, before the first event shows it. */
final class RuleChecks {
    /** No segment of a type can be this, so no literal matches it: it stands for any segment. */
    private static final String ANY_SEGMENT = "?";

    private final List<Rule> rules;
    private final int longest;

    private RuleChecks(List<Rule> rules) {
        this.rules = rules;
        this.longest =
                rules.stream().mapToInt(rule -> rule.pattern().segments()).max().orElse(0);
    }

    /**
     * Checks rules that are ordered, the most specific first.
     *
     * @throws IllegalArgumentException naming every fault there is
     */
    static void requireSound(List<Rule> rules) {
        List<String> faults = new RuleChecks(rules).faults();
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("routing: " + String.join("; ", faults));
        }
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            List<Rule> earlier = rules.subList(0, i);
            int before = faults.size();
            for (Rule rival : earlier) {
                String example = rival.isAmbiguousWith(rule) ? undecided(rival, rule) : null;
                if (example != null) {
                    faults.add(ambiguity(rival, rule, example));
                }
            }
            if (faults.size() == before && firstNotTaken(rule.pattern(), rule.pattern(), earlier) == null) {
                faults.add(rule
                        + " can never match, because routes that are tried before it take every type it is for; remove it, or"
                        + " give one of those a condition");
            }
        }
        return faults;
    }

    /** A type that both match and that no more specific route takes from them, or null. */
    private @Nullable String undecided(Rule one, Rule other) {
        List<Rule> preferred = rules.stream()
                .filter(rule -> rule.pattern().isMoreSpecificThan(one.pattern()))
                .toList();
        return firstNotTaken(one.pattern(), other.pattern(), preferred);
    }

    /**
     * A stand-in for types that match both patterns and that no unconditional one of the takers takes, or null. Each number of
     * segments has one stand-in; beyond the longest patterns' lengths, more segments only repeat the answer.
     */
    private @Nullable String firstNotTaken(TypePattern one, TypePattern other, List<Rule> takers) {
        for (int n = 1; n <= 3 * longest; n++) {
            String standIn = one.standIn(other, n, ANY_SEGMENT);
            if (standIn != null
                    && takers.stream()
                            .noneMatch(rule ->
                                    !rule.isConditional() && rule.pattern().matches(standIn))) {
                return standIn;
            }
        }
        return null;
    }

    private static String ambiguity(Rule one, Rule other, String example) {
        if (one.pattern().equals(other.pattern())) {
            return "there is more than one " + one + ", to " + one.destination() + " and " + other.destination()
                    + (one.isConditional()
                            ? "; say which is asked first with order(1) and order(2), or keep one of them"
                            : "; keep one of them, or make one more specific");
        }
        return one + " and " + other + " are equally specific, and both match " + example.replace(ANY_SEGMENT, "x")
                + "; make one of them more specific, or add a more specific route for what both match";
    }
}
