package dev.millrace.consumer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What may keep a handler's events waiting, and those that wait. Guarded by the lock of the {@link WorkQueue}. */
abstract class Gate {

    private final Deque<EventInFlight> parked = new ArrayDeque<>();

    /** Whether nobody may pass now. */
    abstract boolean isShut();

    /** Whether those who wait do so for something other than the end of what has passed. */
    boolean refuses() {
        return false;
    }

    /** One has passed. */
    void enter() {}

    /** One that had passed has ended. */
    void leave() {}

    void park(EventInFlight event) {
        parked.addLast(event);
    }

    /** It had passed, and was stopped behind the gate: it is the next. */
    void parkFirst(EventInFlight event) {
        parked.addFirst(event);
    }

    @Nullable
    EventInFlight unpark() {
        return parked.pollFirst();
    }

    /**
     * How many wait.
     *
     * @param home whose events to count, or null for all
     */
    int parked(@Nullable Subscription home) {
        return home == null
                ? parked.size()
                : (int) parked.stream().filter(event -> event.home() == home).count();
    }

    /** Those who wait, in their order. */
    Collection<EventInFlight> parked() {
        return parked;
    }

    List<EventInFlight> take(Predicate<EventInFlight> condition) {
        List<EventInFlight> taken = new ArrayList<>();
        parked.removeIf(event -> condition.test(event) && taken.add(event));
        return taken;
    }
}
