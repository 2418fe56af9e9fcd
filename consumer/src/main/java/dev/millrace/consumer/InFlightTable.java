package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamId;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** All entries that this process holds of one subscription. Thread-safe. */
final class InFlightTable {

    private final ConcurrentMap<StreamId, EntryInFlight> entries = new ConcurrentHashMap<>();
    private final Held held;

    /** @param held counts the entries of all tables */
    InFlightTable(Held held) {
        this.held = held;
    }

    /** The entry that was there already, or null if this one is new. */
    @Nullable
    EntryInFlight add(EntryInFlight entry) {
        EntryInFlight known = entries.putIfAbsent(entry.id(), entry);
        if (known == null) {
            held.added();
        }
        return known;
    }

    void remove(EntryInFlight entry) {
        if (entries.remove(entry.id(), entry)) {
            held.removed();
        }
    }

    /** Waits for a state that the removal of entries brings about; false if that took longer than the limit. */
    boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        return held.await(condition, nanos);
    }

    /** In how many of the entries that were taken over from others a handler is at work. */
    int redeliveredRunning() {
        return (int) entries.values().stream()
                .filter(entry -> entry.redelivered() && entry.running())
                .count();
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
