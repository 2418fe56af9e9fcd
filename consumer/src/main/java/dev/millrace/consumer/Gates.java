package dev.millrace.consumer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What keeps an event from its handlers although workers are free: its key's turn ({@link Lane}) and its handlers' own limits
 * ({@link HandlerLimit}). Guarded by the lock of the {@link WorkQueue}.
 */
final class Gates {

    private final Consumer<EventInFlight> open;
    // Holds the keys in hand only.
    private final Map<LaneKey, Lane> lanes = new HashMap<>();
    private final Set<HandlerLimit> crowded = Collections.newSetFromMap(new IdentityHashMap<>());

    private record LaneKey(Subscription home, String key) {}

    /**
     * All gates open.
     *
     * @param open told of each event that need not wait any longer
     */
    Gates(Consumer<EventInFlight> open) {
        this.open = open;
    }

    /** Whether it is this event's turn; if not, it waits for it. */
    boolean enterLane(EventInFlight event) {
        String key = event.orderKey();
        return key == null
                || lanes.computeIfAbsent(new LaneKey(event.home(), key), unused -> new Lane())
                        .enter(event);
    }

    /** Ends this event's turn: the next one's begins. */
    void leaveLane(EventInFlight event) {
        String key = event.orderKey();
        if (key == null) {
            return;
        }
        LaneKey name = new LaneKey(event.home(), key);
        Lane lane = lanes.get(name);
        if (lane != null) {
            EventInFlight next = lane.leave(event);
            if (lane.isEmpty()) {
                lanes.remove(name);
            }
            if (next != null) {
                open.accept(next);
            }
        }
    }

    /**
     * Whether its handlers may begin now; if not, it waits for the first that is full.
     *
     * @param entered to which the gates are added that it counts as inside of
     */
    boolean begin(EventInFlight event, List<HandlerLimit> entered) {
        List<HandlerLimit> limits = event.limits();
        for (HandlerLimit limit : limits) {
            if (limit.isFull()) {
                limit.park(event);
                crowded.add(limit);
                // It may have been called for one of the others, whose room it does not use now.
                limits.forEach(this::callNext);
                return false;
            }
        }
        limits.forEach(HandlerLimit::enter);
        entered.addAll(limits);
        return true;
    }

    /** Its handlers have ended: others may begin instead. */
    void ended(Begun begun) {
        begun.gates().forEach(HandlerLimit::leave);
        begun.gates().forEach(this::callNext);
    }

    private void callNext(HandlerLimit limit) {
        EventInFlight next = limit.isFull() ? null : limit.unpark();
        if (next != null) {
            open.accept(next);
        }
        if (limit.parked(null) == 0) {
            crowded.remove(limit);
        }
    }

    /**
     * How many wait at one of the gates.
     *
     * @param home whose events to count, or null for all
     */
    int waiting(@Nullable Subscription home) {
        int count = 0;
        for (HandlerLimit limit : crowded) {
            count += limit.parked(home);
        }
        for (Map.Entry<LaneKey, Lane> lane : lanes.entrySet()) {
            count += home == null || lane.getKey().home() == home
                    ? lane.getValue().waiting()
                    : 0;
        }
        return count;
    }

    /** Takes out all that wait. */
    List<EventInFlight> takeWaiting() {
        List<EventInFlight> all = new ArrayList<>();
        for (HandlerLimit limit : crowded) {
            all.addAll(limit.takeAll());
        }
        crowded.clear();
        for (Lane lane : lanes.values()) {
            all.addAll(lane.takeWaiting());
        }
        return all;
    }
}
