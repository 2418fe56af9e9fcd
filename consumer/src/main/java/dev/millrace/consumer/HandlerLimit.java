package dev.millrace.consumer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many events one handler may work on at once, and those that wait for it. Guarded by the lock of the {@link WorkQueue}. */
final class HandlerLimit {

    private final int limit;
    private final Deque<EventInFlight> parked = new ArrayDeque<>();
    private int running;

    HandlerLimit(int limit) {
        this.limit = limit;
    }

    boolean isFull() {
        return running >= limit;
    }

    void enter() {
        running++;
    }

    void leave() {
        running--;
    }

    void park(EventInFlight event) {
        parked.addLast(event);
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

    List<EventInFlight> takeAll() {
        List<EventInFlight> all = new ArrayList<>(parked);
        parked.clear();
        return all;
    }
}
