package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamId;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** All entries that this process holds of one subscription. Thread-safe. */
final class InFlightTable {

    private final ConcurrentMap<StreamId, EntryInFlight> entries = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition removed = lock.newCondition();
    // Those who remove pay for the lock only while somebody waits.
    private final AtomicInteger waiters = new AtomicInteger();

    /** The entry that was there already, or null if this one is new. */
    @Nullable
    EntryInFlight add(EntryInFlight entry) {
        return entries.putIfAbsent(entry.id(), entry);
    }

    void remove(EntryInFlight entry) {
        if (entries.remove(entry.id(), entry) && waiters.get() > 0) {
            signal();
        }
    }

    private void signal() {
        lock.lock();
        try {
            removed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until fewer than this many are held; false if that took longer than the limit. */
    boolean awaitBelow(int limit, long nanos) throws InterruptedException {
        return await(() -> size() < limit, nanos);
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
                left = removed.awaitNanos(left);
            }
            return true;
        } finally {
            waiters.decrementAndGet();
            lock.unlock();
        }
    }

    /** How many of the entries were taken over from others. */
    int redelivered() {
        return (int)
                entries.values().stream().filter(EntryInFlight::redelivered).count();
    }

    /** Whether the end of any entry is on the way to Redis. */
    boolean settling() {
        return entries.values().stream().anyMatch(EntryInFlight::settling);
    }

    boolean holds(StreamId id) {
        return entries.containsKey(id);
    }

    Collection<EntryInFlight> entries() {
        return entries.values();
    }

    /** The lowest id held, or null if none is. */
    @Nullable
    StreamId lowest() {
        return entries.keySet().stream().min(StreamId::compareTo).orElse(null);
    }

    int size() {
        return entries.size();
    }
}
