package dev.millrace.publisher;

import dev.millrace.event.Health;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When the server last answered and the loop last turned, which stream is at a standstill, and whether that is health.
 * Redis is asked when it has had no reason to answer for a while, so that an idle publisher knows, too. The send loop
 * turns; any thread asks.
 */
final class Pulse {

    /** So long without progress is not health any more. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    /** So long without an answer, and the server is asked: twice within the limit, since one question may be lost. */
    static final Duration QUIET = Duration.ofSeconds(4);

    /** As for a batch, since a connection that does not answer is given up with all that is on it. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** Where events were sent, and since when none of them has come to its end. */
    private record Standstill(Lane lane, long since) {}

    private final LongSupplier ticker;
    private final InstantSource clock;
    private final @Nullable Target server;

    private volatile long answeredAt;
    private volatile long turnedAt;
    private volatile long turnBegan;
    private volatile boolean turning;
    private volatile long upAt;
    private volatile @Nullable Standstill standstill;
    private volatile @Nullable String fault;
    private volatile boolean asking;
    private volatile long completionsWaitSince = Completions.NOTHING_WAITS;
    private volatile long roomHeldSince = Completions.NOTHING_WAITS;
    private volatile boolean closed;
    private volatile long closedAt;
    private long askedAt;

    /**
     * Healthy from now on.
     *
     * @param ticker what elapsed times are measured by
     * @param clock what {@code since} is told by
     * @param server what is asked; null if no event goes to Redis
     */
    Pulse(LongSupplier ticker, InstantSource clock, @Nullable Target server) {
        this.ticker = ticker;
        this.clock = clock;
        this.server = server;
        long now = ticker.getAsLong();
        this.answeredAt = now;
        this.turnedAt = now;
        this.upAt = now;
        this.askedAt = now;
    }

    long now() {
        return ticker.getAsLong();
    }

    /** A batch for this target was answered, at least in part; or not at all, for this reason. */
    void heard(Target from, @Nullable RedisFault away, long now) {
        if (from == server) {
            if (away == null) {
                answered(now);
            } else {
                fault = away.message();
            }
        }
    }

    private void answered(long now) {
        if (now - answeredAt >= LIMIT.toNanos()) {
            upAt = now;
        }
        answeredAt = now;
        fault = null;
    }

    /** The loop begins to turn, or tries once more after it has failed. */
    void turns(long now) {
        if (!turning) {
            turnBegan = now;
            turning = true;
        }
    }

    /**
     * The loop has turned.
     *
     * @param nothingInFlight then there is nothing that the server would have to answer
     * @return when it must turn again at the latest
     */
    long turned(long now, List<Lane> active, boolean nothingInFlight) {
        turning = false;
        turnedAt = now;
        note(worst(active, now), now);
        if (server == null) {
            return LeavingRule.NOT_BY_TIME;
        }
        long quiet = Math.min(now - answeredAt, now - askedAt);
        if (quiet >= QUIET.toNanos() && nothingInFlight && !asking) {
            ask(server, now);
            quiet = 0;
        }
        return quiet >= QUIET.toNanos() ? QUIET.toNanos() : QUIET.toNanos() - quiet;
    }

    private void ask(Target target, long now) {
        asking = true;
        askedAt = now;
        try {
            CompletableFuture<?> unused = target.ask(ANSWER).whenComplete((nothing, failure) -> {
                asking = false;
                if (failure instanceof RedisFaultException e && e.fault().serverAway()) {
                    fault = e.fault().message();
                } else {
                    answered(ticker.getAsLong()); // a refusal is an answer, too
                }
            });
        } catch (RuntimeException | Error e) {
            asking = false; // or it would never be asked again
            fault = "it could not be asked: " + e;
        }
    }

    private static @Nullable Lane worst(List<Lane> active, long now) {
        Lane worst = null;
        for (Lane lane : active) {
            if (lane.isWaitingForProgress()
                    && (worst == null || now - lane.noProgressSince() > now - worst.noProgressSince())) {
                worst = lane;
            }
        }
        return worst;
    }

    private void note(@Nullable Lane worst, long now) {
        Standstill before = standstill;
        if (before != null
                && now - before.since >= LIMIT.toNanos()
                && (worst == null || now - worst.noProgressSince() < LIMIT.toNanos())) {
            upAt = now;
        }
        if (worst == null) {
            standstill = null;
        } else if (before == null || before.lane != worst || before.since != worst.noProgressSince()) {
            standstill = new Standstill(worst, worst.noProgressSince());
        }
    }

    /** Since when the future of a settled event waits for a thread to complete it. */
    void completionsWait(long since, long now) {
        long before = completionsWaitSince;
        if (since != before) {
            if (before != Completions.NOTHING_WAITS && isLong(before, now)) {
                upAt = now;
            }
            completionsWaitSince = since;
        }
    }

    /** Whether all room is held by events that have come to their end, so that only their callbacks can give it back. */
    void roomHeldByCallbacks(boolean held, long now) {
        long before = roomHeldSince;
        if (held && before == Completions.NOTHING_WAITS) {
            roomHeldSince = now;
        } else if (!held && before != Completions.NOTHING_WAITS) {
            if (isLong(before, now)) {
                upAt = now;
            }
            roomHeldSince = Completions.NOTHING_WAITS;
        }
    }

    void closed() {
        closedAt = ticker.getAsLong();
        closed = true;
    }

    /**
     * Whether all is well.
     *
     * @param queued whether something waits for the loop to turn
     * @param full whether there is no room now
     */
    Health health(boolean queued, boolean full) {
        long now = ticker.getAsLong();
        Standstill still = standstill;
        if (closed) {
            return down("the publisher is closed", closedAt, now);
        }
        if (isLong(turnedAt, now) && (queued || server != null || (turning && isLong(turnBegan, now)))) {
            long since = queued || server != null ? turnedAt : turnBegan;
            return down("the send loop has not turned for " + seconds(since, now), since, now);
        }
        Health callbacks = callbacks(full, now);
        if (callbacks != null) {
            return callbacks;
        }
        if (still != null && isLong(still.since, now)) {
            String text = still.lane.name() + ": events wait, and none was stored for " + seconds(still.since, now);
            return down(text + because(still.lane.fault()), still.since, now);
        }
        if (server != null && isLong(answeredAt, now)) {
            String waits = still == null ? "" : still.lane.name() + ": events wait, and ";
            String silent = waits + "Redis has not answered for " + seconds(answeredAt, now);
            return down(silent + because(fault), answeredAt, now);
        }
        return Health.up(clock.instant().minusNanos(now - upAt));
    }

    /** Down because of callbacks; null if that is not so. */
    private @Nullable Health callbacks(boolean full, long now) {
        long callbacks = completionsWaitSince;
        if (callbacks != Completions.NOTHING_WAITS && isLong(callbacks, now)) {
            return down(
                    "callbacks: a settled event's future has waited for a thread for " + seconds(callbacks, now)
                            + "; those of the executor are blocked, or too few",
                    callbacks,
                    now);
        }
        long held = roomHeldSince;
        if (full && held != Completions.NOTHING_WAITS && isLong(held, now)) {
            return down(
                    "callbacks: those of settled events have held all of the buffer's room for " + seconds(held, now)
                            + ", and none returned",
                    held,
                    now);
        }
        return null;
    }

    private Health down(String reason, long since, long now) {
        return Health.down(reason, clock.instant().minusNanos(now - since));
    }

    private static boolean isLong(long since, long now) {
        return now - since >= LIMIT.toNanos();
    }

    private static String seconds(long since, long now) {
        return Duration.ofNanos(now - since).toSeconds() + " s";
    }

    private static String because(@Nullable String fault) {
        return fault == null ? "" : "; last fault: " + fault;
    }
}
