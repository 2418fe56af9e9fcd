package dev.millrace.consumer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** How many entries the server holds, of all its subscriptions, for those who wait until there are fewer. Thread-safe. */
final class Held {

    private final AtomicInteger count = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fewer = lock.newCondition();
    // Those who remove pay for the lock only while somebody waits.
    private final AtomicInteger waiters = new AtomicInteger();

    void added() {
        count.incrementAndGet();
    }

    void removed() {
        count.decrementAndGet();
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

    /** Waits until fewer than this many are held; false if that took longer than the limit. */
    boolean awaitBelow(int limit, long nanos) throws InterruptedException {
        return await(() -> count() < limit, nanos);
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
}
