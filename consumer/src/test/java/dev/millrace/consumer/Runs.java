package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What handlers did, in the order in which they began, as somebody outside sees it. Thread-safe. */
final class Runs {

    enum Outcome {
        OPEN,
        OK,
        FAILED
    }

    /** One handler's run. */
    static final class Run {
        final Life life;
        final String event;
        final int attempt;
        final String id;
        final boolean redriven;
        volatile Outcome outcome = Outcome.OPEN;

        Run(Life life, String id, Delivery delivery) {
            this.life = life;
            this.id = id;
            this.event = place(delivery.entryId(), delivery.index());
            this.attempt = delivery.attempt();
            this.redriven = delivery.redriven() > 0;
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
        Run run = new Run(life, id, delivery);
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
     */
    List<Run> repeatedWithoutReason(String place) {
        List<Run> all = of(place);
        List<Run> wrong = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Run run = all.get(i);
            boolean repeated = all.subList(i + 1, all.size()).stream().anyMatch(later -> repeats(run, later));
            if (repeated && !run.life.excused()) {
                wrong.add(run);
            }
        }
        return wrong;
    }

    /** One that was stopped at its beginning may begin late: it was ours when it was asked for. */
    private static boolean repeats(Run run, Run later) {
        boolean late = later.life.fate() == Life.Fate.STALLS && later.life.excused();
        return !late && (run.outcome != Outcome.FAILED || run.attempt == later.attempt);
    }
}
