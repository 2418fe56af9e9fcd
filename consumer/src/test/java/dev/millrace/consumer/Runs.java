package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.redis.internal.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What handlers did, in the order in which they began, as somebody outside sees it. Thread-safe. */
final class Runs {

    enum Outcome {
        OPEN,
        OK,
        FAILED,
        /** Its server had left it to others before it said so. */
        TOO_LATE
    }

    /** One handler's run. */
    static final class Run {
        final Life life;
        final String event;
        final int attempt;
        final String id;
        final boolean redriven;
        final boolean redelivered;
        final StreamId entry;
        final @Nullable String key;
        /** Whether another of its key was under way in the same life when it began. */
        final boolean beside;

        final long beganAt = System.nanoTime();
        volatile Outcome outcome = Outcome.OPEN;

        Run(Life life, String id, Delivery delivery, List<Run> before) {
            this.life = life;
            this.id = id;
            this.event = place(delivery.entryId(), delivery.index());
            this.attempt = delivery.attempt();
            this.redriven = delivery.redriven() > 0;
            this.redelivered = delivery.redelivered();
            this.entry = StreamId.parse(delivery.entryId());
            this.key = delivery.header().key();
            this.beside = before.stream().anyMatch(run -> neighbours(run) && run.outcome == Outcome.OPEN);
        }

        /** Whether it is another event of this one's key, in the same life. */
        boolean neighbours(Run other) {
            return key != null && key.equals(other.key) && life == other.life && !event.equals(other.event);
        }

        @Override
        public String toString() {
            return event + " attempt " + attempt + " by " + life + " " + outcome;
        }
    }

    private final List<Run> runs = new CopyOnWriteArrayList<>();

    /** Where an event is: entry and index. */
    static String place(String entry, int index) {
        return entry + "/" + index;
    }

    /** A handler begins, unless its process is dead. */
    Run begin(Life life, String id, Delivery delivery) {
        life.reach("before handler");
        Run run = new Run(life, id, delivery, runs);
        runs.add(run);
        life.reach("in handler");
        return run;
    }

    /** A handler has done what it does, unless its process died meanwhile. */
    void end(Run run, Outcome outcome) {
        run.life.reach("in handler's end");
        run.outcome = outcome;
        run.life.reach("after handler");
    }

    List<Run> of(String place) {
        List<Run> found = new ArrayList<>(runs);
        found.removeIf(run -> !run.event.equals(place));
        return found;
    }

    /** Where events with this id in their body ran, first come first. */
    List<String> placesOf(String id) {
        return runs.stream()
                .filter(run -> run.id.equals(id))
                .map(run -> run.event)
                .distinct()
                .toList();
    }

    long count(String place, Outcome outcome) {
        return of(place).stream().filter(run -> run.outcome == outcome).count();
    }

    /**
     * Runs that were repeated although nothing had happened to either process: after a success, or without any outcome, or as
     * the same attempt once more.
     *
     * @param shared whether others travel in its entry, which is handed back as a whole when a server closes
     */
    List<Run> repeatedWithoutReason(String place, boolean shared) {
        List<Run> all = of(place);
        List<Run> wrong = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Run run = all.get(i);
            boolean repeated = all.subList(i + 1, all.size()).stream().anyMatch(later -> repeats(run, later));
            boolean closed = shared && run.life.fate() == Life.Fate.CLOSES;
            if (repeated && !run.life.excused() && !closed) {
                wrong.add(run);
            }
        }
        return wrong;
    }

    /**
     * One that was stopped at its beginning may begin late: it was ours when it was asked for. And what a silent process holds
     * is taken over, done or not, until its ack has come.
     */
    private static boolean repeats(Run run, Run later) {
        boolean late = later.life.fate() == Life.Fate.STALLS && later.life.excused();
        return !late
                && !run.life.silentWithin(run.beganAt, later.beganAt)
                && run.outcome != Outcome.TOO_LATE
                && (run.outcome != Outcome.FAILED || run.attempt == later.attempt);
    }

    /**
     * Runs that did not wait for an earlier one of their key in a life to which nothing had happened: they began beside it,
     * between two of its attempts, or before it although both were new.
     *
     * @param forgiven entries to which more may have happened than their due
     */
    List<Run> outOfOrder(Set<String> forgiven) {
        List<Run> keyed = new ArrayList<>(runs);
        keyed.removeIf(run -> run.key == null || run.life.excused() || forgiven.contains(run.entry.toString()));
        List<Run> wrong = new ArrayList<>();
        for (int i = 0; i < keyed.size(); i++) {
            Run run = keyed.get(i);
            List<Run> before = keyed.subList(0, i);
            List<Run> after = keyed.subList(i + 1, keyed.size());
            boolean between = before.stream()
                    .anyMatch(first -> run.neighbours(first)
                            && after.stream()
                                    .anyMatch(again -> again.life == run.life && again.event.equals(first.event)));
            boolean early = after.stream()
                    .anyMatch(later -> run.neighbours(later)
                            && !run.redelivered
                            && !later.redelivered
                            && later.entry.compareTo(run.entry) < 0);
            if (run.beside || between || early) {
                wrong.add(run);
            }
        }
        return wrong;
    }
}
