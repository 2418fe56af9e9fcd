package dev.millrace.consumer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What keeps an event from its handlers although workers are free: its key's turn ({@link Lane}) and its handlers' {@link Gate}s. Guarded by the lock of the {@link WorkQueue}.
 */
final class Gates {

    private final Consumer<EventInFlight> open;
    // Holds the keys in hand only.
    private final Map<LaneKey, Lane> lanes = new HashMap<>();
    private final Set<Gate> crowded = Collections.newSetFromMap(new IdentityHashMap<>());

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
     * Whether its handlers may begin now; if not, it waits for the first that is shut.
     *
     * @param gates those before its handlers, which it counts as inside of if it begins
     */
    boolean begin(EventInFlight event, List<Gate> gates) {
        if (gates.isEmpty()) {
            return true;
        }
        for (Gate gate : gates) {
            if (gate.isShut()) {
                gate.park(event);
                crowded.add(gate);
                // It may have been called for one of the others, whose room it does not use now.
                gates.forEach(this::callNext);
                return false;
            }
        }
        gates.forEach(Gate::enter);
        return true;
    }

    /** Its handlers have ended: others may begin instead. */
    void ended(Begun begun) {
        if (begun.gates().isEmpty()) {
            return;
        }
        begun.gates().forEach(Gate::leave);
        begun.gates().forEach(this::callNext);
    }

    /** It had been called, perhaps, and begins elsewhere: whoever waits behind it is called instead. */
    void takenAway(EventInFlight event) {
        event.gates().forEach(this::callNext);
    }

    private void callNext(Gate gate) {
        EventInFlight next = gate.isShut() ? null : gate.unpark();
        if (next != null) {
            open.accept(next);
        }
        if (gate.parked(null) == 0) {
            crowded.remove(gate);
        }
    }

    /** They had passed, and are to wait all the same, before those who came later. */
    void park(List<EventInFlight> events, BreakerGate gate) {
        gate.shut();
        for (int i = events.size() - 1; i >= 0; i--) {
            gate.parkFirst(events.get(i));
        }
        crowded.add(gate);
    }

    /** Lets so many of those that wait try again, in their order. */
    void reopen(BreakerGate gate, int most) {
        gate.open();
        List<EventInFlight> called = new ArrayList<>();
        EventInFlight next = gate.unpark();
        while (next != null) {
            called.add(next);
            next = called.size() < most ? gate.unpark() : null;
        }
        // Each is put before the rest, so the last goes in first.
        Collections.reverse(called);
        called.forEach(open);
    }

    /**
     * How many wait at one of the gates.
     *
     * @param home whose events to count, or null for all
     */
    int waiting(@Nullable Subscription home) {
        int count = 0;
        for (Gate gate : crowded) {
            count += gate.parked(home);
        }
        for (Map.Entry<LaneKey, Lane> lane : lanes.entrySet()) {
            count += home == null || lane.getKey().home() == home
                    ? lane.getValue().waiting()
                    : 0;
        }
        return count;
    }

    /** Those for whom nothing is done now: their breaker refuses, or whoever has their key's turn waits for its own time. */
    List<EventInFlight> heldUp(Subscription home) {
        Set<EventInFlight> refused = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Gate gate : crowded) {
            if (gate.refuses()) {
                refused.addAll(gate.parked());
            }
        }
        List<EventInFlight> heldUp = new ArrayList<>(refused);
        for (Lane lane : lanes.values()) {
            EventInFlight first = lane.first();
            if (first != null && (first.waiting() || refused.contains(first))) {
                heldUp.addAll(lane.others());
            }
        }
        heldUp.removeIf(event -> event.home() != home);
        return heldUp;
    }

    /** Takes out those that wait and fulfil this. */
    List<EventInFlight> take(Predicate<EventInFlight> condition) {
        List<EventInFlight> taken = new ArrayList<>();
        for (Gate gate : crowded) {
            taken.addAll(gate.take(condition));
        }
        crowded.removeIf(gate -> gate.parked(null) == 0);
        for (Lane lane : lanes.values()) {
            taken.addAll(lane.take(condition));
        }
        return taken;
    }
}
