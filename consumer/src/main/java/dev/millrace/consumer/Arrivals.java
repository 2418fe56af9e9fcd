package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a read has brought, until it is opened: which is best done while Redis works on the next read. One thread. */
final class Arrivals {

    private @Nullable Answer waiting;

    /**
     * The answer to one read.
     *
     * @param asked whose streams were read
     * @param entries what came, by stream
     * @param startedAt when the read began
     * @param places that are reserved for it
     */
    private record Answer(
            List<Subscription> asked, Map<String, List<StreamEntry>> entries, long startedAt, Held.Reservation places) {

        List<StreamEntry> of(Subscription subscription) {
            return entries.getOrDefault(subscription.name().stream(), List.of());
        }
    }

    /** How many entries wait to be opened. */
    int size() {
        return waiting == null ? 0 : waiting.places().left();
    }

    /**
     * Takes what came, when what came before has been opened.
     *
     * @param reserved the room from which these take their places
     * @return how many entries came
     */
    int put(
            List<Subscription> asked,
            Map<String, List<StreamEntry>> entries,
            long startedAt,
            Held.Reservation reserved) {
        int count = entries.values().stream().mapToInt(List::size).sum();
        waiting = count == 0 ? null : new Answer(asked, entries, startedAt, reserved.split(count));
        return count;
    }

    /**
     * Opens what waits; a subscription that cannot take in what was read for it does not keep the others from it.
     *
     * @return who failed, and how
     */
    Map<Subscription, RuntimeException> open() throws InterruptedException {
        Answer answer = waiting;
        waiting = null;
        if (answer == null) {
            return Map.of();
        }
        Map<Subscription, RuntimeException> failures = new LinkedHashMap<>();
        try (Held.Reservation places = answer.places()) {
            for (Subscription subscription : answer.asked()) {
                try {
                    subscription.incoming().fetched(answer.of(subscription), answer.startedAt());
                } catch (RuntimeException e) {
                    failures.put(subscription, e);
                }
            }
        } catch (InterruptedException | Error e) {
            answer.asked().forEach(left -> left.incoming().answerLost());
            throw e;
        }
        return failures;
    }
}
