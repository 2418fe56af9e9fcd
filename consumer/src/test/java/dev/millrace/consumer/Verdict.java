package dev.millrace.consumer;

import dev.millrace.consumer.History.Kind;
import dev.millrace.consumer.History.Planned;
import dev.millrace.consumer.Runs.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what became of each event of a {@link History}, and what is wrong with that. */
final class Verdict {

    private final TestStream stream;
    private final Runs runs;
    private final List<Life> lives;
    private final List<Planned> planned;
    private final Set<String> forgiven;
    private final List<Map<String, String>> letters;
    private final List<String> wrong = new ArrayList<>();

    Verdict(TestStream stream, Runs runs, List<Life> lives, List<Planned> planned, Set<String> forgiven) {
        this.stream = stream;
        this.runs = runs;
        this.lives = lives;
        this.planned = planned;
        this.forgiven = forgiven;
        this.letters = stream.deadLetters();
    }

    List<String> findings(boolean settled) {
        if (!settled) {
            wrong.add("still pending or unread: " + stream.pending() + " of " + planned);
        }
        for (Planned one : planned) {
            if (!forgiven.contains(one.entry())) {
                judge(one);
            }
        }
        return wrong;
    }

    private void judge(Planned one) {
        String place = one.place();
        long handled = runs.count(place, Outcome.OK);
        switch (one.kind()) {
            case OK, FLAKY -> {
                check(handled >= 1, one, "its handler never succeeded");
                dead(one, null);
            }
            case FATAL -> endsDead(one, handled, DeadLetterReason.NOT_RETRYABLE);
            case FAILING -> endsDead(one, handled, DeadLetterReason.RETRIES_EXHAUSTED);
            case MENDED -> {
                check(handled == 0, one, "was handled before it was mended");
                List<String> places = runs.placesOf(one.id());
                long successes = places.stream()
                        .filter(each -> runs.count(each, Outcome.OK) > 0)
                        .count();
                check(successes == 1, one, "was handled at " + successes + " of " + places);
                places.forEach(each -> {
                    check(runs.repeatedWithoutReason(each, shared(one)).isEmpty(), one, "ran again at " + each);
                    check(reasonsOf(each).isEmpty(), one, "is in the dead letters from " + each);
                });
            }
            case MALFORMED, HUGE -> endsDead(one, runs.of(place).size(), DeadLetterReason.MALFORMED);
            case UNKNOWN -> {
                check(runs.of(place).isEmpty(), one, "was handled");
                dead(one, null);
            }
            case TWIN -> {
                List<Planned> twins = planned.stream()
                        .filter(other -> other.id().equals(one.id()))
                        .toList();
                long effective = twins.stream()
                        .filter(other -> runs.count(other.place(), Outcome.OK) > 0)
                        .count();
                boolean both = twins.stream().noneMatch(twin -> forgiven.contains(twin.entry()));
                check(
                        effective == 1 || (effective == 2 && !both),
                        one,
                        effective + " of two equal entries were handled");
                dead(one, null);
            }
        }
        List<Runs.Run> repeated = runs.repeatedWithoutReason(place, shared(one));
        check(
                repeated.isEmpty(),
                one,
                "ran again although nothing had happened to " + repeated + " in " + runs.of(place));
    }

    private void endsDead(Planned one, long handled, DeadLetterReason reason) {
        check(handled == 0, one, "was handled");
        dead(one, reason);
    }

    private void dead(Planned one, DeadLetterReason reason) {
        List<String> reasons = reasonsOf(one.place());
        if (shared(one) || one.kind() == Kind.HUGE) {
            // What travels with it, or moves in two steps, may have its process die between its letter and its end.
            reasons = reasons.stream().distinct().toList();
        }
        List<String> expected = reason == null ? List.of() : List.of(reason.name());
        check(reasons.equals(expected), one, "is in the dead letters for " + reasons);
    }

    private boolean shared(Planned one) {
        return planned.stream()
                .anyMatch(other -> other.index() > 0 && other.entry().equals(one.entry()));
    }

    private List<String> reasonsOf(String place) {
        return letters.stream()
                .filter(letter -> place.equals(Runs.place(
                        letter.get("millrace.entry"), Integer.parseInt(letter.getOrDefault("millrace.index", "0")))))
                .map(letter -> String.valueOf(letter.get("millrace.reason")))
                .toList();
    }

    private void check(boolean right, Planned one, String what) {
        if (!right) {
            wrong.add(one + " " + what + "; lives " + lives);
        }
    }
}
