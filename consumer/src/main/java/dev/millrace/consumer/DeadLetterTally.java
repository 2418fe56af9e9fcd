package dev.millrace.consumer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Counts dead letters as they pass, oldest first. For one thread. */
final class DeadLetterTally {

    private final Tallies types = new Tallies();
    private final Tallies reasons = new Tallies();
    private final Tallies exceptions = new Tallies();
    private final Tallies groups = new Tallies();
    private @Nullable Instant oldest;
    private @Nullable Instant newest;
    private long total;

    void add(Letter letter) {
        DeadLetter shown = letter.shown();
        DeadLetterReason reason = shown.reason();
        String thrown = shown.failure().exception();
        types.add(letter.typeOr(DeadLetters.UNREADABLE));
        reasons.add(reason == null ? "(unknown)" : reason.name());
        exceptions.add(thrown == null ? "(none)" : thrown);
        groups.add(shown.group());
        if (oldest == null) {
            oldest = shown.at();
        }
        newest = shown.at();
        total++;
    }

    DeadLetterCounts counts() {
        return new DeadLetterCounts(
                total, types.sorted(), reasons.sorted(), exceptions.sorted(), groups.sorted(), oldest, newest);
    }
}
