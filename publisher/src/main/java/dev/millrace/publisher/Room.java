package dev.millrace.publisher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bound on accepted and not yet completed events, in number and bytes. Taking room is one atomic step; only those
 * who must wait take a lock, and they are served in order. Others may take room before them, or all would go through the
 * lock for as long as one waits; but nobody passes the first in the queue twice. Thread-safe.
 */
final class Room {

    private final int maxEvents;
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Condition> queue = new ArrayDeque<>();
    private volatile int waiting;
    private volatile boolean closed;

    /** The first in the queue is woken already, and has not looked yet. */
    private volatile boolean woken;

    /** The first in the queue was woken and found the room gone: the next is its own. */
    private volatile boolean reserved;

    Room(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Takes room for one event if there is some, and none is reserved. */
    boolean tryTake(int bytes) {
        return !reserved && take(bytes);
    }

    /**
     * Takes room for one event, after those who wait already.
     *
     * @return false if there was none in time, or since {@link #close}
     */
    boolean take(int bytes, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return awaitTurn(bytes, nanos);
        } finally {
            lock.unlock();
        }
    }

    /** Gives the room of one event back. */
    void give(int bytes) {
        used.addAndGet(-Load.of(1, bytes));
        wakeWaiting();
    }

    private void wakeWaiting() {
        if (waiting > 0 && !woken) {
            lock.lock();
            try {
                wakeFirst();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Gives the room of one event to another, past all who wait; false if that one is too large for it. */
    boolean exchange(int given, int taken) {
        while (true) {
            long now = used.get();
            if (Load.bytes(now) - given + taken > maxBytes) {
                return false;
            }
            if (used.compareAndSet(now, now - Load.of(0, given) + Load.of(0, taken))) {
                if (taken < given) {
                    wakeWaiting();
                }
                return true;
            }
        }
    }

    /** Ends all waiting. */
    void close() {
        closed = true;
        lock.lock();
        try {
            queue.forEach(Condition::signal);
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for room. */
    int waiting() {
        return waiting;
    }

    /** Whether the next room belongs to the first of those who wait. */
    boolean isReserved() {
        return reserved;
    }

    int events() {
        return Load.events(used.get());
    }

    long bytes() {
        return Load.bytes(used.get());
    }

    private boolean awaitTurn(int bytes, long nanos) throws InterruptedException {
        Condition turn = lock.newCondition();
        queue.addLast(turn);
        waiting = queue.size();
        try {
            long left = nanos;
            for (boolean passed = false; !closed; passed = true) {
                if (queue.peekFirst() == turn) {
                    woken = false; // before looking: what is given back from now on is heard of
                    if (take(bytes)) {
                        return true;
                    }
                    reserved = passed;
                }
                if (left <= 0) {
                    return false;
                }
                left = turn.awaitNanos(left);
            }
            return false;
        } finally {
            leave(turn);
        }
    }

    private void leave(Condition turn) {
        if (queue.peekFirst() == turn) {
            reserved = false;
        }
        queue.remove(turn);
        waiting = queue.size();
        wakeFirst();
    }

    private void wakeFirst() {
        Condition first = queue.peekFirst();
        woken = first != null;
        if (first != null) {
            first.signal();
        }
    }

    private boolean take(int bytes) {
        while (true) {
            long now = used.get();
            if (Load.events(now) >= maxEvents || Load.bytes(now) + bytes > maxBytes) {
                return false;
            }
            if (used.compareAndSet(now, now + Load.of(1, bytes))) {
                return true;
            }
        }
    }
}
