package dev.millrace.consumer;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * How many entries the server holds, of all its subscriptions, and the limit to that: whoever brings entries in reserves room
 * for them first. Thread-safe.
 */
final class Held {

    private final int limit;
    private final AtomicInteger count = new AtomicInteger();
    // What is held and what is reserved.
    private final AtomicInteger spoken = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fewer = lock.newCondition();
    // Those who remove pay for the lock only while somebody waits.
    private final AtomicInteger waiters = new AtomicInteger();
    // Fair: whoever gives room back and wants some again waits behind those who have none.
    private final ReentrantLock turn = new ReentrantLock(true);

    /** @param limit how many may be held */
    Held(int limit) {
        this.limit = limit;
    }

    void added() {
        count.incrementAndGet();
        spoken.incrementAndGet();
    }

    void removed() {
        count.decrementAndGet();
        free(1);
    }

    private void free(int places) {
        spoken.addAndGet(-places);
        if (waiters.get() > 0) {
            lock.lock();
            try {
                fewer.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    int count() {
        return count.get();
    }

    /** Whether there is room for one more. */
    boolean hasRoom() {
        return spoken.get() < limit;
    }

    /**
     * Reserves room for entries that are about to be brought in: first come, first served.
     *
     * @param most for how many; there may be room for fewer
     * @return to be closed; for none if there was no room within the limit
     */
    Reservation reserve(int most, long nanos) throws InterruptedException {
        if (!turn.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return new Reservation(0);
        }
        try {
            return new Reservation(await(this::hasRoom, nanos) ? speakFor(most) : 0);
        } finally {
            turn.unlock();
        }
    }

    private int speakFor(int most) {
        while (true) {
            int now = spoken.get();
            int places = Math.max(0, Math.min(most, limit - now));
            if (spoken.compareAndSet(now, now + places)) {
                return places;
            }
        }
    }

    /** Waits for a state that the removal of entries brings about; false if that took longer than the limit. */
    boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return true;
        }
        lock.lockInterruptibly();
        try {
            waiters.incrementAndGet();
            long left = nanos;
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = fewer.awaitNanos(left);
            }
            return true;
        } finally {
            waiters.decrementAndGet();
            lock.unlock();
        }
    }

    /** Room for so many entries, until they are in or have not come. One thread. */
    final class Reservation implements AutoCloseable {

        private int left;

        private Reservation(int left) {
            this.left = left;
        }

        int left() {
            return left;
        }

        /** So many have come, and count by themselves from now on. */
        void used(int entries) {
            keep(Math.max(0, left - entries));
        }

        /** So many have come, and will count by themselves when what is returned is closed. */
        Reservation split(int entries) {
            int places = Math.min(left, entries);
            left -= places;
            return new Reservation(places);
        }

        /** Gives back what is beyond this. */
        void keep(int most) {
            if (left > most) {
                int rest = left - most;
                left = most;
                free(rest);
            }
        }

        @Override
        public void close() {
            keep(0);
        }
    }
}
