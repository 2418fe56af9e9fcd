package dev.millrace.consumer;

import java.util.concurrent.locks.Condition;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Workers of one kind, and what is ready for them: the server's own, who take events one by one, or those of one handler, who
 * may take batches. Guarded by the lock of the {@link WorkQueue}.
 */
final class Pool {

    private final @Nullable Registration<?> batching;
    private final Condition workable;
    private final int most;
    private final long maxWait;
    private final Shelf ready = new Shelf();
    private int running;
    private int asleep;
    private boolean waking;

    /** @param handler whose workers they are, or null for the server's */
    Pool(@Nullable Registration<?> handler, Condition workable) {
        this.batching = handler == null || handler.batch() == null ? null : handler;
        this.workable = workable;
        this.most = batching == null ? 1 : batching.options().batchSize();
        this.maxWait = batching == null ? 0 : batching.options().batchWait().toNanos();
    }

    /** The handler that its workers call with batches, or null. */
    @Nullable
    Registration<?> batching() {
        return batching;
    }

    Shelf ready() {
        return ready;
    }

    /** How many a worker takes at once. */
    int most() {
        return most;
    }

    void offer(EventInFlight event, boolean first) {
        if (first) {
            ready.addFirst(event);
        } else {
            ready.addLast(event);
        }
        // Once for each batch: when its wait begins, and when it is full.
        if (ready.size() == 1 || ready.size() % most == 0) {
            wakeOne();
        }
    }

    /** Whether a batch is full or has waited long enough. */
    boolean due(LongSupplier ticker) {
        return ready.size() >= most || (ready.size() > 0 && ticker.getAsLong() - ready.oldest() >= maxWait);
    }

    /** A worker has taken something: what is left is for another one. */
    void taken() {
        if (ready.size() > 0) {
            wakeOne();
        }
    }

    /**
     * One at a time: whoever comes awake and finds more than it takes wakes the next. So quick handlers keep a few workers
     * busy, instead of having all of them woken to find nothing.
     */
    private void wakeOne() {
        if (!waking && asleep > 0) {
            waking = true;
            workable.signal();
        }
    }

    /** Waits for something to be due, perhaps in vain: ask again. */
    void await(LongSupplier ticker) throws InterruptedException {
        if (most == 1 || ready.size() == 0) {
            await();
        } else {
            sleep(Math.max(1, ready.oldest() + maxWait - ticker.getAsLong()));
        }
    }

    /** Waits until it is told that there is a reason, perhaps in vain: ask again. */
    void await() throws InterruptedException {
        sleep(Long.MAX_VALUE);
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private void sleep(long nanos) throws InterruptedException {
        asleep++;
        try {
            long unused = workable.awaitNanos(nanos);
        } finally {
            asleep--;
            waking = false;
        }
    }

    void wakeUp() {
        workable.signalAll();
    }

    void running(int change) {
        running += change;
    }

    /** Those at work and those that could be. */
    int busy() {
        return running + ready.size();
    }
}
