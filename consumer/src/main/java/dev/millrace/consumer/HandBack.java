package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Lets other consumers take what this one holds and has not begun, or does not get to. Thread-safe. */
final class HandBack {

    private final Subscription home;
    private final WorkQueue work;
    private final LongSupplier ticker;
    private final long claimIdle;
    private final Map<StreamId, Long> leftUntil = new ConcurrentHashMap<>();

    HandBack(Subscription home, WorkQueue work, ConsumerSettings settings) {
        this.home = home;
        this.work = work;
        this.ticker = settings.ticker();
        this.claimIdle = settings.claimIdle().toNanos();
    }

    /** From now on no word about anything held has an effect, but for what is on its way. */
    void announce() {
        home.inFlight().entries().forEach(EntryInFlight::handBack);
    }

    /** Whoever still says something about it is told that it comes too late. */
    void abandon() {
        home.inFlight().entries().forEach(EntryInFlight::abandon);
    }

    /** At the end: everything that waits, begun or not. */
    void all() {
        Map<EntryInFlight, Duration> delays = new HashMap<>();
        home.retries()
                .drainEvents(event -> true)
                .forEach((event, delay) -> delays.merge(event.entry(), delay, Custody::shorter));
        for (EntryInFlight entry : home.inFlight().entries()) {
            if (entry.idle()) {
                delays.putIfAbsent(entry, Duration.ZERO);
            }
        }
        for (EntryInFlight entry : List.copyOf(delays.keySet())) {
            if (entry.trimmed()) {
                delays.remove(entry);
                bury(entry);
            }
        }
        give(delays);
    }

    /** These now, and for one claim-idle to others alone: this process has had its time, and did not get to them. */
    void toOthers(Collection<EventInFlight> events) {
        long now = ticker.getAsLong();
        leftUntil.values().removeIf(until -> now - until >= 0);
        events.forEach(event -> leftUntil.put(event.entry().id(), now + claimIdle));
        now(events);
    }

    /** Whether an entry is to be left to other servers for now. */
    boolean leftToOthers(StreamId id) {
        Long until = leftUntil.get(id);
        return until != null && ticker.getAsLong() - until < 0;
    }

    /** These now. */
    void now(Collection<EventInFlight> events) {
        Map<EventInFlight, Duration> delays = new HashMap<>();
        events.forEach(event -> delays.put(event, Duration.ZERO));
        later(delays);
    }

    /** What waits for a retry, when that is due, and others may have; the rest is left to wait. */
    void waiting() {
        later(home.retries().drainEvents(EventInFlight::mayBeLeft));
    }

    /** These when their delays are over; what only this process can bring to a good end stays. */
    private void later(Map<EventInFlight, Duration> events) {
        Map<EntryInFlight, Duration> entries = new HashMap<>();
        events.forEach((event, delay) -> {
            if (!event.mayBeLeft()) {
                home.retries().add(new Waiting.Retry(event, false), delay.plusSeconds(1));
            } else {
                work.leave(event);
                entries.put(event.entry(), delay);
            }
        });
        give(entries);
    }

    private void give(Map<EntryInFlight, Duration> delays) {
        for (EntryInFlight entry : delays.keySet()) {
            entry.handBack();
            home.errands().told(entry, Outcome.WAITING);
        }
        home.custody().handBack(delays);
        for (EntryInFlight entry : delays.keySet()) {
            if (entry.trimmed()) {
                bury(entry);
            } else {
                home.inFlight().remove(entry);
            }
        }
    }

    /** Nobody else can get it, and nobody works on it here. */
    private void bury(EntryInFlight entry) {
        home.settlement().bury(Burial.ofEntry(entry, DeadLetterReason.TRIMMED, null, home.now()));
    }
}
