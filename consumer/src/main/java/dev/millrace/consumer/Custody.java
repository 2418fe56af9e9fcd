package dev.millrace.consumer;

import dev.millrace.event.internal.RateLimit;
import dev.millrace.redis.internal.Ownership;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.Touch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    private static final long STEPS = 8;

    private final StreamGroup group;
    private final GroupKeeper keeper;
    private final ConsumerMeters meters;
    private final LongSupplier ticker;
    private final Duration claimIdle;
    private final long term;
    private final RateLimit forsaken;

    Custody(StreamGroup group, GroupKeeper keeper, ConsumerMeters meters, LongSupplier ticker, Duration claimIdle) {
        this.group = group;
        this.keeper = keeper;
        this.meters = meters;
        this.ticker = ticker;
        this.claimIdle = claimIdle;
        this.forsaken = new RateLimit(ticker);
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
    void touch(List<Touch> touches, List<EntryInFlight> entries) {
        long until = until(ticker.getAsLong());
        List<Ownership> answers = group.touch(touches, Duration.ZERO);
        for (int i = 0; i < entries.size(); i++) {
            mark(entries.get(i), answers.get(i), until);
        }
        if (answers.contains(Ownership.TRIMMED)) {
            // It may be that nobody knows any more how the group began: from now on one does.
            keeper.recreate();
        }
    }

    private void mark(EntryInFlight entry, Ownership answer, long until) {
        if (entry.settling() && answer != Ownership.OURS) {
            return;
        }
        switch (answer) {
            case OURS -> entry.ownedUntil(until);
            case LOST -> lose(entry);
            case SETTLED -> {
                if (!entry.burying()) {
                    // Else by our own move, most likely, whose answer is on its way; if not, that one says so.
                    lose(entry);
                }
            }
            case TRIMMED -> {
                if (!entry.burying()) {
                    forsaken(entry);
                }
            }
        }
    }

    private void lose(EntryInFlight entry) {
        entry.lose();
        meters.count(Counted.OWNERSHIP_LOST);
    }

    private void forsaken(EntryInFlight entry) {
        entry.trim();
        meters.count(Counted.TRIMMED_IN_FLIGHT);
        long leftOut = forsaken.ask();
        if (leftOut != RateLimit.SILENT) {
            LogPairs.about(log.atWarn(), keeper.name(), entry.id())
                    .log(
                            "entry {} runs on from memory: it was trimmed from the stream, or its group was created anew"
                                    + " past it{}",
                            entry.id(),
                            RateLimit.others(leftOut));
        }
    }

    /** Should this process die now, that is none of theirs: what they went through so far counts as if it had been handed back. */
    void exonerate(List<EntryInFlight> entries) {
        for (int from = 0; from < entries.size(); from += MAX_BATCH) {
            List<EntryInFlight> some = entries.subList(from, Math.min(entries.size(), from + MAX_BATCH));
            touch(recorded(some), some);
        }
    }

    private static List<Touch> recorded(List<EntryInFlight> entries) {
        return entries.stream()
                .map(entry -> new Touch(entry.id(), DeliveryCount.recorded(entry.attemptsBegun())))
                .toList();
    }

    /** Lets others take these once their delays are over, or after claim-idle where that is shorter; marks what they cannot get. */
    void handBack(Map<EntryInFlight, Duration> delays) {
        // In steps, so that many delays make few calls.
        Map<Long, List<EntryInFlight>> bySteps = new TreeMap<>();
        delays.forEach((entry, delay) -> {
            long steps = shorter(delay, claimIdle).toMillis() * STEPS / claimIdle.toMillis();
            bySteps.computeIfAbsent(steps, step -> new ArrayList<>()).add(entry);
        });
        bySteps.forEach((steps, entries) -> {
            Duration idle = claimIdle.multipliedBy(STEPS - steps).dividedBy(STEPS);
            for (int from = 0; from < entries.size(); from += MAX_BATCH) {
                handBack(entries.subList(from, Math.min(entries.size(), from + MAX_BATCH)), idle);
            }
        });
    }

    private void handBack(List<EntryInFlight> entries, Duration idle) {
        try {
            List<Ownership> answers = group.touch(recorded(entries), idle);
            meters.count(Counted.HANDED_BACK, Collections.frequency(answers, Ownership.OURS));
            for (int i = 0; i < entries.size(); i++) {
                if (answers.get(i) == Ownership.TRIMMED) {
                    forsaken(entries.get(i));
                }
            }
        } catch (RedisFaultException e) {
            // Nothing is lost: they become idle by themselves, one claim-idle later.
            log.warn("could not hand back {} entries: {}", entries.size(), e.getMessage());
        }
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
