package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Entries of one subscription that somebody processes by hand, and what became of their events. Thread-safe. */
final class Errands {

    private static final Duration STEP = Duration.ofMillis(200);

    private final ConcurrentMap<StreamId, Errand> open = new ConcurrentHashMap<>();

    /** One entry; what is said first of each of its events counts. */
    static final class Errand {

        /** How many wait for it; changed by the map's own steps only. */
        private int users;

        private final Map<Integer, Outcome> outcomes = new HashMap<>();
        private final CountDownLatch ended = new CountDownLatch(1);

        private synchronized void told(int index, int events, Outcome outcome) {
            outcomes.putIfAbsent(index, outcome);
            if (outcomes.size() >= events) {
                ended.countDown();
            }
        }

        /** What is not known by now waits. */
        private synchronized ProcessResult result(boolean complete) {
            ProcessResult result = ProcessResult.NOTHING;
            for (Outcome outcome : outcomes.values()) {
                result = result.plus(outcome);
            }
            return complete ? result : result.plus(Outcome.WAITING);
        }
    }

    /** From now on what becomes of these is written down. */
    List<Errand> begin(Collection<StreamId> ids) {
        return ids.stream().map(this::begin).toList();
    }

    private Errand begin(StreamId id) {
        return open.compute(id, (unused, known) -> {
            Errand errand = known == null ? new Errand() : known;
            errand.users++;
            return errand;
        });
    }

    /** Whoever began these waits no longer; others may. */
    void end(Collection<StreamId> ids) {
        ids.forEach(id -> open.computeIfPresent(id, (unused, errand) -> --errand.users == 0 ? null : errand));
    }

    /** Something became of one event of an entry. */
    void told(EntryInFlight entry, int index, Outcome outcome) {
        if (!open.isEmpty()) {
            Errand errand = open.get(entry.id());
            if (errand != null) {
                errand.told(index, entry.events(), outcome);
            }
        }
    }

    /** Something became of all of an entry that is not yet known of. */
    void told(EntryInFlight entry, Outcome outcome) {
        for (int index = 0; !open.isEmpty() && index < entry.events(); index++) {
            told(entry, index, outcome);
        }
    }

    /** Waits for what becomes of these, but no longer than the server runs, and not for what is held up behind others. */
    static ProcessResult await(List<Errand> errands, Subscription home, WorkQueue work) throws InterruptedException {
        ProcessResult sum = ProcessResult.NOTHING;
        for (Errand errand : errands) {
            boolean complete = errand.ended.await(0, TimeUnit.NANOSECONDS);
            while (!complete && !home.closed()) {
                complete = errand.ended.await(STEP.toMillis(), TimeUnit.MILLISECONDS);
                if (!complete) {
                    work.heldUp(home)
                            .forEach(event -> home.errands().told(event.entry(), event.index(), Outcome.WAITING));
                }
            }
            sum = sum.plus(errand.result(complete));
        }
        return sum;
    }
}
