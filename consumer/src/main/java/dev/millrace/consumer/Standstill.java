package dev.millrace.consumer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;

/**
 * Those who bring entries in do so beside each other, but not while one of them needs the process for itself. Thread-safe.
 */
final class Standstill {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(200);

    // Fair, so that whoever wants the process for itself gets its turn.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    private final List<FetchLoop> fetchLoops = new CopyOnWriteArrayList<>();

    /** These are to end their wait when a standstill is wanted. */
    void add(FetchLoop loop) {
        fetchLoops.add(loop);
    }

    /**
     * Brings entries in, unless there is a standstill.
     *
     * @return false if it did not, because that went on for a while
     */
    boolean bringIn(Round round) throws InterruptedException {
        return bringIn(round, PATIENCE);
    }

    /**
     * Brings entries in, as soon as there is no standstill.
     *
     * @param ended whether it is in vain to wait any longer
     * @throws IllegalStateException if that did not come within the limit: why, and what would help
     */
    void bringIn(Round round, Duration limit, BooleanSupplier ended) throws InterruptedException {
        Duration left = limit;
        while (!ended.getAsBoolean() && !left.isNegative()) {
            if (bringIn(round, left.compareTo(STEP) < 0 ? left : STEP)) {
                return;
            }
            left = left.minus(STEP);
        }
        throw new IllegalStateException(
                ended.getAsBoolean()
                        ? "the server closes: nothing is brought in any more"
                        : "an entry that came back repeatedly runs alone, so nothing was brought in for " + limit
                                + ": call again when its handler has ended, or give that a time limit");
    }

    private boolean bringIn(Round round, Duration patience) throws InterruptedException {
        if (!lock.readLock().tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            round.run();
            return true;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Whether somebody waits for the rounds under way to end. */
    boolean wanted() {
        return lock.hasQueuedThreads();
    }

    /**
     * From now on nobody brings anything in, until {@link #end()}, called by the same thread.
     *
     * @return false if the rounds under way did not end within the limit
     */
    boolean begin(Duration limit) throws InterruptedException {
        fetchLoops.forEach(FetchLoop::wakeUp);
        return lock.writeLock().tryLock(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    void end() {
        lock.writeLock().unlock();
    }

    /** Waits until the rounds that are under way now have ended, or until the limit. */
    void awaitRounds(Duration limit) throws InterruptedException {
        if (begin(limit)) {
            end();
        }
    }

    /** One round of a loop that brings entries in. */
    interface Round {
        void run() throws InterruptedException;
    }
}
