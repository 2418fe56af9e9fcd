package dev.millrace.consumer;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Shut from the moment a handler's circuit breaker refuses until it is asked again. It is asked behind the gate, for it is
 * not ours and must not be asked under our lock. Being shut, and those that wait, are guarded by the lock
 * of the {@link WorkQueue}; the rest is thread-safe.
 */
final class BreakerGate extends Gate {

    private final Breaker breaker;
    private final AtomicBoolean refusing = new AtomicBoolean();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private boolean shut;

    BreakerGate(Breaker breaker) {
        this.breaker = breaker;
    }

    Breaker breaker() {
        return breaker;
    }

    @Override
    boolean isShut() {
        return shut;
    }

    @Override
    boolean refuses() {
        return refusing.get();
    }

    void shut() {
        shut = true;
    }

    void open() {
        shut = false;
    }

    /** The breaker has refused; true if it did not before. */
    boolean refused() {
        return refusing.compareAndSet(false, true);
    }

    /** The breaker has permitted a call; true if it refused before. */
    boolean permitted() {
        return refusing.get() && refusing.compareAndSet(true, false);
    }

    /** True for whoever is to see to it that it is asked again. */
    boolean beginWait() {
        return waiting.compareAndSet(false, true);
    }

    void endWait() {
        waiting.set(false);
    }
}
