package dev.millrace.consumer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place between those who bring events and the workers who handle them: it knows what is buffered, what waits for its
 * key or its handler, and what runs, so that backpressure, running alone and draining are all answered here. Thread-safe; one
 * lock per event.
 */
final class WorkQueue {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition workable = lock.newCondition();
    private final Condition changed = lock.newCondition();
    private final Shelf ready = new Shelf();
    private final Gates gates = new Gates(event -> makeReady(event, true));
    private final LongSupplier ticker;
    private @Nullable EventInFlight alone;
    private int running;
    private boolean held;
    private boolean closed;

    WorkQueue(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /**
     * The next event for a worker.
     *
     * @param ended the one that the worker comes back from
     * @return null once closed
     * @throws InterruptedException while waiting; what ended is counted as ended all the same
     */
    @Nullable
    EventInFlight next(@Nullable EventInFlight ended) throws InterruptedException {
        lock.lock();
        try {
            if (ended != null) {
                ended(ended);
            }
            while (true) {
                EventInFlight event = poll();
                if (event != null) {
                    running++;
                    changed.signalAll();
                    return event;
                }
                if (closed) {
                    return null;
                }
                workable.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void ended(EventInFlight event) {
        running--;
        gates.ended(event);
        changed.signalAll();
    }

    private @Nullable EventInFlight poll() {
        if (alone != null) {
            EventInFlight event = alone;
            alone = null;
            return event;
        }
        EventInFlight event = held ? null : ready.poll();
        while (event != null && !gates.begin(event)) {
            event = ready.poll();
        }
        return event;
    }

    private void makeReady(EventInFlight event, boolean first) {
        event.bufferedAt(ticker.getAsLong());
        if (first) {
            ready.addFirst(event);
        } else {
            ready.addLast(event);
        }
        workable.signal();
    }

    /** Puts these behind what waits; false if closed, then nothing was taken. */
    boolean addLast(Collection<EventInFlight> events) {
        return add(events, false);
    }

    /** Puts these before what waits, for they have waited once; false if closed or held, then nothing was taken. */
    boolean addFirst(Collection<EventInFlight> events) {
        return add(events, true);
    }

    private boolean add(Collection<EventInFlight> events, boolean first) {
        lock.lock();
        try {
            if (closed || (first && held)) {
                return false;
            }
            for (EventInFlight event : events) {
                if (gates.enterLane(event)) {
                    makeReady(event, first);
                }
            }
            return true;
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
            gates.leaveLane(event);
        } finally {
            lock.unlock();
        }
    }

    /** Hands this one out although the queue is held. */
    void addAlone(EventInFlight event) {
        lock.lock();
        try {
            if (!closed) {
                alone = event;
                workable.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands out nothing more until {@link #release()}, and gives back what had not begun. */
    List<EventInFlight> hold() {
        lock.lock();
        try {
            held = true;
            return takeAll();
        } finally {
            lock.unlock();
        }
    }

    void release() {
        lock.lock();
        try {
            held = false;
            workable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets the workers go once they have ended what runs, and gives back what had not begun. */
    List<EventInFlight> close() {
        lock.lock();
        try {
            closed = true;
            workable.signalAll();
            changed.signalAll();
            return takeAll();
        } finally {
            lock.unlock();
        }
    }

    private List<EventInFlight> takeAll() {
        List<EventInFlight> all = new ArrayList<>(ready.takeAll());
        all.addAll(gates.takeWaiting());
        changed.signalAll();
        return all;
    }

    /**
     * Waits until at least half of what may be read ahead is used up. What waits for its key or its handler does not count:
     * a slow type must not starve the others.
     *
     * @param permits how many may run at once
     * @param readAhead how many may be buffered besides
     * @return how many may be read; 0 if there was no room within the limit
     */
    int awaitRoom(int permits, int readAhead, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            int enough = Math.max(1, readAhead / 2);
            boolean room = await(() -> permits + readAhead - running - ready.size() >= enough, nanos);
            return room ? permits + readAhead - running - ready.size() : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Takes back what could have begun since before this time, for others to handle; never what must keep an order. */
    List<EventInFlight> takeBufferedBefore(long nanos, Subscription home) {
        lock.lock();
        try {
            List<EventInFlight> late = ready.takeIf(
                    event -> event.home() == home && event.orderKey() == null && event.bufferedAt() - nanos < 0);
            changed.signalAll();
            return late;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing runs; false if that took longer than the limit. */
    boolean awaitIdle(long nanos) throws InterruptedException {
        return await(() -> running == 0 && alone == null, nanos);
    }

    private boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait here: for a worker, for their key, or for their handler. */
    int buffered() {
        lock.lock();
        try {
            return ready.size() + gates.waiting(null);
        } finally {
            lock.unlock();
        }
    }

    /** How many of one subscription wait here. */
    int buffered(Subscription home) {
        lock.lock();
        try {
            return ready.count(event -> event.home() == home) + gates.waiting(home);
        } finally {
            lock.unlock();
        }
    }

    int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }
}
