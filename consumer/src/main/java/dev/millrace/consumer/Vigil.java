package dev.millrace.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Those who wait until something about a {@link WorkQueue} is so: each is woken when it is, and not by every event that comes
 * or goes. Guarded by the lock of the queue.
 */
final class Vigil {

    private final ReentrantLock lock;
    private final List<Watcher> watchers = new ArrayList<>();

    private record Watcher(BooleanSupplier state, Condition come) {}

    /** @param lock the queue's */
    Vigil(ReentrantLock lock) {
        this.lock = lock;
    }

    /** Waits for this state; false if that took longer than the limit. */
    boolean await(BooleanSupplier state, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        Watcher watcher = new Watcher(state, lock.newCondition());
        watchers.add(watcher);
        try {
            long left = nanos;
            while (!state.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = watcher.come().awaitNanos(left);
            }
            return true;
        } finally {
            watchers.remove(watcher);
            lock.unlock();
        }
    }

    /** Something has changed: wakes those whose state has come. */
    void changed() {
        for (int i = 0; i < watchers.size(); i++) {
            Watcher watcher = watchers.get(i);
            if (watcher.state().getAsBoolean()) {
                watcher.come().signal();
            }
        }
    }
}
