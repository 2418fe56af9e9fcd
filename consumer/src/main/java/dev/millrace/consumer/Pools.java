package dev.millrace.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who works on what: the server's own workers, those of the handlers that have some, and the gates before them. Guarded by the
 * lock of the {@link WorkQueue}.
 */
final class Pools {

    private final Gates gates = new Gates(event -> offer(event, true));
    private final LongSupplier ticker;
    private final Pool main;
    private final IdentityHashMap<Registration<?>, Pool> own = new IdentityHashMap<>();
    private final List<Pool> all = new ArrayList<>();
    private int running;

    Pools(Collection<Registration<?>> handlers, Supplier<Condition> conditions, LongSupplier ticker) {
        this.ticker = ticker;
        main = new Pool(null, conditions.get());
        all.add(main);
        for (Registration<?> handler : handlers) {
            if (handler.ownThreads()) {
                Pool pool = new Pool(handler, conditions.get());
                own.put(handler, pool);
                all.add(pool);
            }
        }
    }

    Pool main() {
        return main;
    }

    /** Whose workers call this handler; fixed from the beginning, so that it may be asked without the lock. */
    Pool of(Registration<?> handler) {
        return own.getOrDefault(handler, main);
    }

    /** Whose workers are next with this event; may be asked without the lock by whoever has the event in hand. */
    Pool of(EventInFlight event) {
        List<Registration<?>> open = own.isEmpty() ? List.of() : event.openHandlers();
        return open.isEmpty() ? main : of(open.get(0));
    }

    /** Puts these, which are in the stream's order, behind all that wait for workers; each if it is its turn. */
    void enterLast(Collection<EventInFlight> events) {
        for (EventInFlight event : events) {
            if (enters(event)) {
                offer(event, false);
            }
        }
    }

    /** The same before all that wait. */
    void enterFirst(Collection<EventInFlight> events) {
        List<EventInFlight> ready = new ArrayList<>(events.size());
        for (EventInFlight event : events) {
            if (enters(event)) {
                ready.add(event);
            }
        }
        for (int i = ready.size() - 1; i >= 0; i--) {
            offer(ready.get(i), true); // each before the rest, so the last goes in first
        }
    }

    private boolean enters(EventInFlight event) {
        if (!gates.enterLane(event)) {
            return false;
        }
        Duration delay = event.takeDelay();
        if (delay != null) {
            // It holds its key's turn meanwhile.
            event.home().retries().add(new Waiting.Retry(event, false), delay);
        }
        return delay == null;
    }

    Gates gates() {
        return gates;
    }

    /** Ends its turn. */
    void leave(EventInFlight event) {
        gates.leaveLane(event);
    }

    /** Puts it before its workers. */
    void offer(EventInFlight event, boolean first) {
        event.bufferedAt(ticker.getAsLong());
        of(event).offer(event, first);
    }

    /** The next events of this pool that may begin; nothing if there are none, or not enough yet. */
    Begun begin(Pool pool) {
        if (!pool.due(ticker)) {
            return Begun.NOTHING;
        }
        Begun begun = pool.most() == 1 ? beginOne(pool) : beginBatch(pool);
        pool.taken();
        return begun(pool, begun);
    }

    private Begun beginOne(Pool pool) {
        for (EventInFlight event = pool.ready().poll();
                event != null;
                event = pool.ready().poll()) {
            List<Gate> its = event.gates();
            if (gates.begin(event, its)) {
                return new Begun(List.of(event), its);
            }
        }
        return Begun.NOTHING;
    }

    private Begun beginBatch(Pool pool) {
        List<EventInFlight> events = new ArrayList<>(pool.most());
        List<Gate> entered = new ArrayList<>();
        EventInFlight event = pool.ready().poll();
        while (event != null) {
            List<Gate> its = event.gates();
            if (gates.begin(event, its)) {
                events.add(event);
                entered.addAll(its);
            }
            event = events.size() < pool.most() ? pool.ready().poll() : null;
        }
        return new Begun(events, entered);
    }

    /** Begins this one whatever its gates say. */
    Begun begin(Pool pool, EventInFlight event) {
        return begun(pool, new Begun(List.of(event), List.of()));
    }

    private Begun begun(Pool pool, Begun begun) {
        count(pool, begun.events().size());
        return begun;
    }

    void ended(Pool pool, Begun begun) {
        count(pool, -begun.events().size());
        gates.ended(begun);
    }

    private void count(Pool pool, int change) {
        running += change;
        pool.running(change);
    }

    /** Waits until it is told, or something may be due. */
    void await(Pool pool) throws InterruptedException {
        pool.await(ticker);
    }

    void wakeUp() {
        all.forEach(Pool::wakeUp);
    }

    int running() {
        return running;
    }

    /**
     * How many wait: for a worker, for their key, or for their handler.
     *
     * @param home whose events to count, or null for all
     */
    int waiting(@Nullable Subscription home) {
        int count = gates.waiting(home);
        for (Pool pool : all) {
            count += home == null ? pool.ready().size() : pool.ready().count(event -> event.home() == home);
        }
        return count;
    }

    /** How many wait for nothing but a worker. */
    int ready(Predicate<EventInFlight> condition) {
        return all.stream().mapToInt(pool -> pool.ready().count(condition)).sum();
    }

    /** Takes out what waits, for a worker or at a gate, and fulfils this. */
    List<EventInFlight> take(Predicate<EventInFlight> condition) {
        // At the gates first: what is taken from the workers calls others to them.
        List<EventInFlight> taken = gates.take(condition);
        taken.addAll(takeReady(condition));
        return taken;
    }

    List<EventInFlight> takeReady(Predicate<EventInFlight> condition) {
        List<EventInFlight> taken = new ArrayList<>();
        all.forEach(pool -> taken.addAll(pool.ready().takeIf(condition)));
        taken.forEach(gates::takenAway);
        return taken;
    }
}
