package dev.millrace.consumer;

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
        String place = Runs.place(one.entry(), 0);
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
                    check(runs.repeatedWithoutReason(each).isEmpty(), one, "ran again at " + each);
                    dead(one, each.substring(0, each.indexOf('/')), null);
                });
            }
            case MALFORMED, HUGE -> endsDead(one, runs.of(place).size(), DeadLetterReason.MALFORMED);
            case UNKNOWN -> {
                check(runs.of(place).isEmpty(), one, "was handled");
                dead(one, null);
            }
            case TWIN -> {
                long effective = planned.stream()
                        .filter(other -> other.id().equals(one.id()))
                        .filter(other -> runs.count(Runs.place(other.entry(), 0), Outcome.OK) > 0)
                        .count();
                check(effective == 1, one, effective + " of two equal entries were handled");
                dead(one, null);
            }
        }
        List<Runs.Run> repeated = runs.repeatedWithoutReason(place);
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
        dead(one, one.entry(), reason);
    }

    private void dead(Planned one, String entry, DeadLetterReason reason) {
        List<String> reasons = letters.stream()
                .filter(letter -> entry.equals(letter.get("millrace.entry")))
                .map(letter -> String.valueOf(letter.get("millrace.reason")))
                .toList();
        List<String> expected = reason == null ? List.of() : List.of(reason.name());
        check(reasons.equals(expected), one, "is in the dead letters for " + reasons);
    }

    private void check(boolean right, Planned one, String what) {
        if (!right) {
            wrong.add(one + " " + what + "; lives " + lives);
        }
    }
}
