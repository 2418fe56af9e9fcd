package dev.millrace.publisher;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Wakes the one thread that waits at it; costs a read while that thread is awake. Thread-safe. */
final class Bell {

    private final AtomicReference<@Nullable Thread> sleeper = new AtomicReference<>();

    /** Ends the wait, if there is one. Whatever was to be seen must have been written before. */
    void ring() {
        Thread thread = sleeper.get();
        if (thread != null && sleeper.compareAndSet(thread, null)) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Waits until somebody rings or the time is over; perhaps less.
     *
     * @param nanos how long at most; Long.MAX_VALUE = without a timer
     * @param nothingToDo asked once it is certain that a ring will be heard
     */
    void await(long nanos, BooleanSupplier nothingToDo) {
        sleeper.set(Thread.currentThread());
        if (nothingToDo.getAsBoolean()) {
            park(nanos);
        }
        sleeper.set(null);
    }

    private void park(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, nanos);
        }
        // Nobody has a reason to interrupt this thread, and a flag left standing would turn every wait into a spin.
        boolean ignored = Thread.interrupted();
    }
}
