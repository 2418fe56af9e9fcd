package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Acknowledges what has come to its end: together, but within 5 ms, and again until Redis has confirmed it. */
final class AckLoop implements Loop {

    private static final int MAX_BATCH = 500;

    /** What is handled and not acknowledged is handled again after a crash, and a larger call costs Redis no less an entry. */
    private static final int ENOUGH = 250;

    private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final StreamGroup group;
    private final InFlightTable inFlight;
    private final ConsumerMeters meters;
    private final LongSupplier ticker;
    private final int enough;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Bounded by maxPending: what is in it is in flight.
    private final Deque<EntryInFlight> ended = new ArrayDeque<>();
    private final List<EntryInFlight> batch = new ArrayList<>();
    private boolean stopping;
    private volatile boolean acking;

    /** @param maxHeld what may be held: only a part of it may wait for its ack */
    AckLoop(StreamGroup group, InFlightTable inFlight, ConsumerMeters meters, LongSupplier ticker, int maxHeld) {
        this.enough = Math.max(1, Math.min(ENOUGH, maxHeld / 4));
        this.group = group;
        this.inFlight = inFlight;
        this.meters = meters;
        this.ticker = ticker;
    }

    void add(EntryInFlight entry) {
        lock.lock();
        try {
            ended.addLast(entry);
            if (ended.size() == 1 || ended.size() == enough) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void runOnce() throws InterruptedException {
        // Not empty after a failure: those go first.
        if (batch.isEmpty()) {
            collect();
        }
        batch.removeIf(this::dropped);
        acking = !batch.isEmpty();
        if (!acking) {
            return;
        }
        List<StreamId> ids = new ArrayList<>(batch.size());
        for (EntryInFlight entry : batch) {
            ids.add(entry.id());
        }
        group.ack(ids);
        batch.forEach(inFlight::remove);
        meters.acked(batch.size());
        batch.clear();
        acking = false;
    }

    /**
     * Only after a handler's success is an ack right whoever owns the entry by now. A duplicate or an event that was passed
     * over may meanwhile be another's to judge: then it is left to them.
     */
    private boolean dropped(EntryInFlight entry) {
        boolean drop = !entry.isEffective() && !entry.owned(ticker.getAsLong());
        if (drop) {
            meters.count(Counted.OWNERSHIP_LOST);
            inFlight.remove(entry);
        }
        return drop;
    }

    private void collect() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (ended.isEmpty() && !stopping) {
                changed.await();
            }
            long deadline = ticker.getAsLong() + MAX_WAIT_NANOS;
            long left = MAX_WAIT_NANOS;
            while (ended.size() < enough && left > 0 && !stopping) {
                changed.awaitNanos(left);
                left = deadline - ticker.getAsLong();
            }
            while (!ended.isEmpty() && batch.size() < MAX_BATCH) {
                batch.add(ended.removeFirst());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wakeUp() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean idle() {
        return !acking && waiting() == 0;
    }

    private int waiting() {
        lock.lock();
        try {
            return ended.size();
        } finally {
            lock.unlock();
        }
    }
}
