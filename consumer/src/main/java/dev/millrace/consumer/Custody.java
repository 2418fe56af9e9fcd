package dev.millrace.consumer;

import dev.millrace.redis.internal.Ownership;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.Touch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows until when an entry is ours: the start of the last successful read or refresh, plus claim-idle, less a margin. Nothing
 * begins after that without asking Redis. Thread-safe.
 */
final class Custody {

    private static final Logger log = LoggerFactory.getLogger(Custody.class);
    private static final int MAX_BATCH = 1_000;

    private final StreamGroup group;
    private final ConsumerMeters meters;
    private final LongSupplier ticker;
    private final Duration claimIdle;
    private final long term;

    Custody(StreamGroup group, ConsumerMeters meters, LongSupplier ticker, Duration claimIdle) {
        this.group = group;
        this.meters = meters;
        this.ticker = ticker;
        this.claimIdle = claimIdle;
        // A tenth is left for the way to Redis and back, and for clocks that do not run alike.
        this.term = claimIdle.toNanos() / 10 * 9;
    }

    /** Until when what was read or refreshed by a call that began at this time is ours. */
    long until(long startedAt) {
        return startedAt + term;
    }

    /** Whether this entry may be worked on now; asks Redis if that is not certain. */
    boolean holds(EntryInFlight entry) {
        if (entry.owned(ticker.getAsLong())) {
            return true;
        }
        if (entry.lost()) {
            return false;
        }
        touch(List.of(Touch.keepAlive(entry.id())), List.of(entry));
        return entry.trimmed() || !entry.lost();
    }

    /** Refreshes, and marks each entry with what Redis says about it. */
    List<Ownership> touch(List<Touch> touches, List<EntryInFlight> entries) {
        long until = until(ticker.getAsLong());
        List<Ownership> answers = group.touch(touches, Duration.ZERO);
        for (int i = 0; i < entries.size(); i++) {
            mark(entries.get(i), answers.get(i), until);
        }
        return answers;
    }

    void mark(EntryInFlight entry, Ownership answer, long until) {
        switch (answer) {
            case OURS -> entry.ownedUntil(until);
            case LOST, SETTLED -> {
                if (!entry.settling()) {
                    entry.lose();
                    meters.count(Counted.OWNERSHIP_LOST);
                }
            }
            case TRIMMED -> {
                entry.trim();
                meters.count(Counted.TRIMMED_IN_FLIGHT);
                log.warn("entry {} was trimmed while in flight: it runs on from memory", entry.id());
            }
        }
    }

    /** Lets others take these at once, with the attempts that they have behind them. */
    void handBack(Collection<EntryInFlight> entries) {
        handBack(entries, claimIdle);
    }

    /**
     * @param idle how long they are to count as idle already
     */
    void handBack(Collection<EntryInFlight> entries, Duration idle) {
        List<Touch> touches = new ArrayList<>();
        for (EntryInFlight entry : entries) {
            if (!entry.trimmed()) {
                touches.add(new Touch(entry.id(), DeliveryCount.recorded(entry.attemptsBegun())));
            }
        }
        for (int from = 0; from < touches.size(); from += MAX_BATCH) {
            List<Touch> batch = touches.subList(from, Math.min(touches.size(), from + MAX_BATCH));
            try {
                group.touch(batch, idle);
            } catch (RedisFaultException e) {
                // Nothing is lost: they become idle by themselves, one claim-idle later.
                log.warn("could not hand back {} entries: {}", batch.size(), e.getMessage());
                return;
            }
        }
        meters.count(Counted.HANDED_BACK, touches.size());
    }
}
