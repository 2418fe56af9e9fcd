package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamId;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
        if (size() < limit) {
            return true;
        }
        lock.lockInterruptibly();
        try {
            waiters.incrementAndGet();
            long left = nanos;
            while (size() >= limit) {
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
