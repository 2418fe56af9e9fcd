package dev.millrace.publisher;

import dev.millrace.event.internal.RateLimit;
import dev.millrace.event.internal.Threads;
import dev.millrace.publisher.RetentionPolicy.WhenHeldBack;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.Retained;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.redis.internal.StreamRetention;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trims the streams that this publisher writes to, as their {@link RetentionPolicy} says. Its own thread. */
final class RetentionLoop implements StreamKeeper, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionLoop.class);
    static final int MAX_STREAMS = 10_000;
    private static final long CLOSE_MILLIS = 1_000;
    private static final Duration SOON = Duration.ofHours(1);

    /** The first look comes within this time, or within the interval if that is shorter. */
    private static final Duration FIRST = Duration.ofMinutes(1);

    /** What is known of a stream. */
    private record Seen(
            @Nullable Forecast forecast, @Nullable Duration timeToLoss, boolean heldBack, long length) {

        static final Seen NOTHING = new Seen(null, null, false, 0);
    }

    private final RetentionPolicy policy;
    private final StreamRetention retention;
    private final String owner;
    private final InstantSource clock;
    private final PublisherMeters meters;
    private final RetentionLog log;
    private final RateLimit waits;
    private final Map<String, Seen> streams = new ConcurrentHashMap<>();
    private final Set<String> full = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean toldOfMany = new AtomicBoolean();
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);

    RetentionLoop(
            RetentionPolicy policy,
            StreamRetention retention,
            String owner,
            InstantSource clock,
            PublisherMeters meters,
            RetentionLog log) {
        this.policy = policy;
        this.retention = retention;
        this.owner = owner;
        this.clock = clock;
        this.meters = meters;
        this.log = log;
        this.waits = new RateLimit(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()));
        this.thread = Threads.daemon("millrace-retention-" + owner + "-").newThread(this);
    }

    RetentionLoop start() {
        meters.watch(this);
        thread.start();
        return this;
    }

    @Override
    public void publishing(String stream) {
        if (!streams.containsKey(stream)) {
            if (streams.size() < MAX_STREAMS) {
                streams.putIfAbsent(stream, Seen.NOTHING);
            } else {
                leaveAlone(stream);
            }
        }
        if (!full.isEmpty() && full.contains(stream)) {
            Seen seen = streams.getOrDefault(stream, Seen.NOTHING);
            throw new StreamFullException(stream, seen.length(), policy.maxLength());
        }
    }

    private void leaveAlone(String stream) {
        meters.untended();
        if (toldOfMany.compareAndSet(false, true)) {
            log.tooMany(stream, MAX_STREAMS);
        }
    }

    @Override
    public void run() {
        try {
            long wait = firstWait(policy.interval(), ThreadLocalRandom.current().nextDouble());
            for (;
                    !stopping.await(wait, TimeUnit.MILLISECONDS);
                    wait = policy.interval().toMillis()) {
                try {
                    runOnce();
                } catch (RuntimeException | Error e) {
                    meters.loopError();
                    LOG.error("Retention failed, goes on in {}", policy.interval(), e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Milliseconds; soon, for the sake of those who do not live for an interval, and not all who start together at once. */
    static long firstWait(Duration interval, double random) {
        long soon = Math.min(interval.toMillis(), FIRST.toMillis());
        return soon / 4 + (long) (random * (double) (soon - soon / 4));
    }

    /** One look at each stream. */
    void runOnce() {
        for (String stream : streams.keySet()) {
            if (stopping.getCount() == 0) {
                return;
            }
            try {
                lookAfter(stream);
            } catch (RedisFaultException e) {
                long leftOut = waits.ask();
                if (leftOut != RateLimit.SILENT) {
                    LOG.warn(
                            "Retention of stream {} waits for Redis: {}{}",
                            stream,
                            e.getMessage(),
                            RateLimit.others(leftOut));
                }
                if (e.fault().serverAway()) {
                    return; // the others would say the same
                }
            }
        }
    }

    private void lookAfter(String stream) {
        Duration interval = policy.interval();
        boolean ours = retention.lease(stream, owner, interval.minus(interval.dividedBy(10)));
        // Who refuses must know of the length himself; for the rest, one publisher at a time is enough.
        if (!ours && policy.whenHeldBack() != WhenHeldBack.REFUSE) {
            streams.put(stream, Seen.NOTHING); // what was seen before is not so any more, and now another one's to tell
            return;
        }
        long now = clock.millis();
        StreamId lowest = new StreamId(Math.max(0, now - policy.maxAge().toMillis()), 0);
        boolean force = policy.whenHeldBack() == WhenHeldBack.FORCE;
        Retained retained = retention.trim(stream, lowest, policy.maxLength(), force);
        meters.trimmed(retained.removed(), retained.lost());
        if (retained.lost() > 0) {
            log.lost(stream, retained.lost());
        }
        if (ours) {
            trimDeadLetters(stream, now);
        }
        note(stream, retained, now);
    }

    private void trimDeadLetters(String stream, long now) {
        Duration age = policy.maxDeadLetterAge();
        long gone = retention.trimDeadLetters(stream, new StreamId(Math.max(0, now - age.toMillis()), 0));
        if (gone > 0) {
            meters.deadLettersTrimmed(gone);
            log.deadLettersGone(stream, gone, age);
        }
    }

    private void note(String stream, Retained retained, long now) {
        Seen before = streams.getOrDefault(stream, Seen.NOTHING);
        Forecast forecast = Forecast.of(retained, now);
        // Where nothing goes before its group has handled it, nothing is ever lost.
        Duration timeToLoss =
                policy.whenHeldBack() == WhenHeldBack.FORCE ? forecast.timeToLoss(before.forecast(), policy) : null;
        streams.put(stream, new Seen(forecast, timeToLoss, retained.heldBack(), retained.length()));
        boolean overLength = policy.maxLength() > 0 && retained.length() > policy.maxLength();
        if (policy.whenHeldBack() == WhenHeldBack.REFUSE && retained.heldBack() && overLength) {
            full.add(stream);
        } else {
            full.remove(stream);
        }
        if (retained.heldBack() && !before.heldBack()) {
            log.heldBack(stream, retained, policy);
        }
        if (timeToLoss != null && timeToLoss.compareTo(SOON) < 0) {
            log.soonLost(stream, timeToLoss);
        }
    }

    /** How many streams are longer or older than allowed because a group needs what they hold. */
    int heldBack() {
        return (int) streams.values().stream().filter(Seen::heldBack).count();
    }

    /** Seconds until unread events are lost in the stream where that is soonest; infinite where it is not foreseen. */
    double secondsToLoss() {
        return streams.values().stream()
                .map(Seen::timeToLoss)
                .filter(Objects::nonNull)
                .mapToDouble(Duration::toSeconds)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    @Override
    public void close() {
        stopping.countDown();
        retention.close();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
