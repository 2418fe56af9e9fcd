package dev.millrace.consumer;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one place between those who bring events and the workers who handle them: it knows what is buffered, what waits for its
 * key or its handler, and what runs: backpressure, running alone and draining are answered here. Thread-safe; one lock an event.
 */
final class WorkQueue {

    private final ReentrantLock lock = new ReentrantLock();
    private final Vigil vigil = new Vigil(lock);
    private final Pools pools;
    private @Nullable EventInFlight alone;
    private boolean held;
    private boolean closed;

    WorkQueue(Collection<Registration<?>> handlers, LongSupplier ticker) {
        this.pools = new Pools(handlers, lock::newCondition, ticker);
    }

    /** The server's own workers, who handle whatever is not for others. */
    Pool main() {
        return pools.main();
    }

    /** The workers who call this handler. */
    Pool poolOf(Registration<?> handler) {
        return pools.of(handler);
    }

    /**
     * What is next for a worker: an event, or a batch of them.
     *
     * @param pool the worker's
     * @param ended what the worker comes back from
     * @return nothing once closed
     * @throws InterruptedException while waiting; what ended is counted as ended all the same
     */
    Begun next(Pool pool, Begun ended) throws InterruptedException {
        lock.lock();
        try {
            pools.ended(pool, ended);
            Begun begun = poll(pool);
            vigil.changed();
            while (begun.events().isEmpty() && !closed) {
                if (held) {
                    pool.await();
                } else {
                    pools.await(pool);
                }
                begun = poll(pool);
                vigil.changed();
            }
            return begun;
        } finally {
            lock.unlock();
        }
    }

    private Begun poll(Pool pool) {
        if (alone != null && pool == pools.main()) {
            EventInFlight event = alone;
            alone = null;
            return pools.begin(pool, event);
        }
        return held ? Begun.NOTHING : pools.begin(pool);
    }

    /**
     * Leaves the rest of the handlers to those who call the next one.
     *
     * @return false if it is for whoever asks to go on: the next handler has no workers of its own, or is now called by anybody
     */
    boolean passOn(EventInFlight event, Pool from) {
        if (pools.of(event) == from) {
            return false;
        }
        lock.lock();
        try {
            if (closed || held) {
                return false;
            }
            pools.offer(event, false);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Shuts this gate and puts these before what waits at it; false if closed or held, then nothing was taken. */
    boolean park(List<EventInFlight> events, BreakerGate gate) {
        lock.lock();
        try {
            boolean open = !closed && !held;
            if (open) {
                pools.gates().park(events, gate);
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait at this gate, and lets so many of those that waited try. */
    void reopen(BreakerGate gate, int most) {
        lock.lock();
        try {
            pools.gates().reopen(gate, most);
        } finally {
            lock.unlock();
        }
    }

    /** Puts these, in the stream's order, behind what waits; false if closed, then nothing was taken. */
    boolean addLast(Collection<EventInFlight> events) {
        lock.lock();
        try {
            if (!closed) {
                pools.enterLast(events);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts these, in the stream's order, before what waits, for they have waited once; false if closed or held, then nothing
     * was taken.
     */
    boolean addFirst(Collection<EventInFlight> events) {
        lock.lock();
        try {
            boolean open = !closed && !held;
            if (open) {
                pools.enterFirst(events);
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Has come to its end, or is not ours any more: the next of its key may go on. */
    void leave(EventInFlight event) {
        if (event.orderKey() == null) {
            return;
        }
        lock.lock();
        try {
            pools.leave(event);
        } finally {
            lock.unlock();
        }
    }

    /** Hands this one out although the queue is held, unless others of its key are to come first: then after these. */
    void addAlone(EventInFlight event) {
        lock.lock();
        try {
            if (!closed && pools.gates().enterLane(event)) {
                alone = event;
                pools.main().wakeUp();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands out nothing more until {@link #release()}, and gives back what others may have; the rest waits. */
    List<EventInFlight> hold() {
        lock.lock();
        try {
            held = true;
            return take(EventInFlight::mayBeLeft);
        } finally {
            lock.unlock();
        }
    }

    void release() {
        lock.lock();
        try {
            held = false;
            pools.wakeUp();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the workers go once they have ended what runs, and gives back what had not begun. */
    List<EventInFlight> close() {
        lock.lock();
        try {
            closed = true;
            pools.wakeUp();
            vigil.changed();
            return take(event -> true);
        } finally {
            lock.unlock();
        }
    }

    private List<EventInFlight> take(Predicate<EventInFlight> condition) {
        List<EventInFlight> taken = pools.take(condition);
        vigil.changed();
        return taken;
    }

    /**
     * Waits until at least half of what may be read ahead is used up. What waits for its key or its handler, or for workers of
     * its handler's own, does not count: a slow type must not starve the others.
     *
     * @param permits how many may run at once
     * @param readAhead how many may be buffered besides
     * @return how many may be read; 0 if there was no room within the limit
     */
    int awaitRoom(int permits, int readAhead, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            int enough = Math.max(1, readAhead / 2);
            boolean room = vigil.await(() -> permits + readAhead - pools.main().busy() >= enough, nanos);
            return room ? permits + readAhead - pools.main().busy() : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Takes back what could have begun since before this time, and others may have. */
    List<EventInFlight> takeBufferedBefore(long nanos, Subscription home) {
        lock.lock();
        try {
            List<EventInFlight> late = pools.takeReady(
                    event -> event.home() == home && event.mayBeLeft() && event.bufferedAt() - nanos < 0);
            vigil.changed();
            return late;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing runs; false if that took longer than the limit. */
    boolean awaitIdle(long nanos) throws InterruptedException {
        return awaitIdle(() -> 0, nanos);
    }

    /** Waits until no more than this many events are in the hands of workers; false if that took longer than the limit. */
    boolean awaitIdle(IntSupplier most, long nanos) throws InterruptedException {
        return vigil.await(() -> alone == null && pools.running() <= most.getAsInt(), nanos);
    }

    /** How many wait here, for a worker, for their key, or for their handler: of one subscription, or with null of all. */
    int buffered(@Nullable Subscription home) {
        lock.lock();
        try {
            return pools.waiting(home);
        } finally {
            lock.unlock();
        }
    }

    /** Those of one subscription for whom nothing is done now, although they do not wait for a time of their own. */
    List<EventInFlight> heldUp(Subscription home) {
        lock.lock();
        try {
            return pools.gates().heldUp(home);
        } finally {
            lock.unlock();
        }
    }

    /** How many events of entries that one subscription took over from others could begin at once if a worker were free. */
    int redeliveredReady(Subscription home) {
        lock.lock();
        try {
            return pools.ready(event -> event.home() == home && event.redelivered());
        } finally {
            lock.unlock();
        }
    }

    int running() {
        lock.lock();
        try {
            return pools.running();
        } finally {
            lock.unlock();
        }
    }
}
