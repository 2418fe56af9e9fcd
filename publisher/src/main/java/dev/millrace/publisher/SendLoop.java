package dev.millrace.publisher;

import dev.millrace.event.internal.RateLimit;
import dev.millrace.redis.internal.AppendResult;
import dev.millrace.routing.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what was accepted, sends it in batches, and hands each event on with its answer. One thread runs it; it waits
 * without polling while there is nothing to do.
 */
final class SendLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(SendLoop.class);
    private static final long PAUSE_AFTER_ERROR = Duration.ofMillis(100).toNanos();

    /** For futures that another thread is just completing. */
    private static final long SOON = 20_000;

    /** For an executor that is just about to run the last task. */
    private static final long MOMENT = Duration.ofMillis(1).toNanos();

    /** How long a closed loop waits for an executor that does not complete the futures, and then for what does. */
    private static final long GRACE = Duration.ofMillis(400).toNanos();

    private static final Priority[] PRIORITIES = Priority.values();

    private static final long NOT_CLOSING = Long.MIN_VALUE;

    private final PublisherSettings settings;
    private final LeavingRule rule;
    private final Accumulator accumulator;
    private final Settlement settlement;
    private final Completions completions;
    private final Flushes flushes;
    private final PublisherMeters meters;
    private final Pulse pulse;
    private final RateLimit errors;

    private final Queue<Batch> answers = new ConcurrentLinkedQueue<>();
    private final Set<Batch> inFlight = new LinkedHashSet<>();
    private final List<Lane> active = new ArrayList<>();
    private volatile int inFlightCount;
    private volatile long closeAt = NOT_CLOSING;
    private long closeSeen = NOT_CLOSING;
    private int turn;
    private volatile @Nullable CloseReport report;
    private volatile boolean finished;

    SendLoop(
            PublisherSettings settings,
            Accumulator accumulator,
            Settlement settlement,
            Completions completions,
            PublisherMeters meters,
            Pulse pulse) {
        this.settings = settings;
        this.rule = new LeavingRule(settings.batch(), settings.delivery().strictOrder());
        this.accumulator = accumulator;
        this.settlement = settlement;
        this.completions = completions;
        this.flushes = new Flushes(completions, accumulator.bell()::ring);
        this.meters = meters;
        this.pulse = pulse;
        this.errors = new RateLimit(pulse::now);
    }

    /** Turns until everything is sent and answered after {@link #close}, or its deadline has come. */
    @Override
    public void run() {
        completions.spare(Thread.currentThread());
        while (!finished) {
            long wait;
            try {
                wait = runOnce();
            } catch (RuntimeException | Error e) {
                say("The send loop of publisher '{}' failed and goes on{}", e);
                meters.loopError();
                LockSupport.parkNanos(this, PAUSE_AFTER_ERROR);
                continue;
            }
            if (wait > 0 && !finished) {
                accumulator.bell().await(wait, this::nothingNew);
            }
        }
    }

    /**
     * One turn.
     *
     * @return how many nanoseconds the next one can wait unless something new comes, or {@link LeavingRule#NOT_BY_TIME}
     */
    long runOnce() {
        long now = pulse.now();
        closeSeen = closeAt;
        pulse.turns(now);
        try {
            takeIn();
            takeAnswers(now);
            expire(now);
            sendDue(now);
        } finally {
            settlement.handOver();
        }
        long wait = nextLook(now);
        active.removeIf(Lane::rest);
        if (flushes.look()) {
            wait = Math.min(wait, SOON);
        }
        wait = Math.min(wait, completions.look(now));
        pulse.completionsWait(completions.waitingSince(), now);
        pulse.roomHeldByCallbacks(accumulator.isFull() && active.isEmpty() && inFlight.isEmpty(), now);
        wait = Math.min(wait, pulse.turned(now, active, inFlight.isEmpty()));
        return closeSeen == NOT_CLOSING ? wait : Math.min(wait, closeStep(now));
    }

    private void say(String line, Throwable failure) {
        long leftOut = errors.ask();
        if (leftOut != RateLimit.SILENT) {
            LOG.error(line, settings.origin(), RateLimit.others(leftOut), failure);
        }
    }

    /** Sends what is accepted, at the latest until this time, and ends. Any thread, any number of times. */
    synchronized void close(long deadline) {
        closeAt = closeAt == NOT_CLOSING ? deadline : Math.min(closeAt, deadline);
        accumulator.bell().ring();
    }

    /** Batches that are sent and not yet answered. */
    int inFlight() {
        return inFlightCount;
    }

    /** What closing has left; null while something is left that may still be delivered. */
    @Nullable
    CloseReport report() {
        return report;
    }

    boolean isFinished() {
        return finished;
    }

    private boolean nothingNew() {
        return accumulator.isEmpty() && answers.isEmpty() && !completions.hasBegun() && closeAt == closeSeen;
    }

    private void takeIn() {
        for (Handover next = accumulator.poll(); next != null; next = accumulator.poll()) {
            if (next instanceof PendingEvent event) {
                flushes.joined(event);
                Lane lane = event.lane();
                if (lane.arrive(event)) {
                    active.add(lane);
                }
            } else if (next instanceof FlushMark mark) {
                flushes.flush(mark);
                active.forEach(Lane::hurry);
            }
        }
        if (closeSeen != NOT_CLOSING) {
            settlement.closing();
            active.forEach(Lane::hurry);
        }
    }

    private void takeAnswers(long now) {
        for (Lane lane : active) {
            lane.target().beforeAnswers();
        }
        for (Batch batch = answers.poll(); batch != null; batch = answers.poll()) {
            if (inFlight.remove(batch)) {
                settlement.settle(batch, now);
            }
        }
        inFlightCount = inFlight.size();
    }

    private void expire(long now) {
        long age = settings.timeouts().delivery().toNanos();
        for (Lane lane : active) {
            lane.takeOlderThan(age, now).forEach(settlement::expire);
        }
    }

    private void sendDue(long now) {
        turn++;
        for (Priority priority : PRIORITIES) {
            sendDue(priority, now);
        }
    }

    /** One batch a lane and round, each turn beginning with another lane, so that a busy one does not take all slots. */
    private void sendDue(Priority priority, long now) {
        boolean sent = true;
        while (sent) {
            sent = false;
            for (int i = 0; i < active.size(); i++) {
                Lane lane = active.get(Math.floorMod(turn + i, active.size()));
                if (lane.priority() == priority && rule.delay(lane.state(), inFlight.size(), now) == 0) {
                    send(lane.take(now), now);
                    sent = true;
                }
            }
        }
    }

    private void send(Batch batch, long now) {
        inFlight.add(batch);
        inFlightCount = inFlight.size();
        PendingEvent first = batch.events().get(0);
        if (!first.attempted()) {
            meters.batch(batch.events().size(), now - first.acceptedAt());
        }
        try {
            Target target = batch.lane().target();
            CompletableFuture<?> unused = target.send(batch.events(), batch.attemptTimeout(settings.timeouts(), now))
                    .whenComplete((results, error) -> answer(batch, results, error));
        } catch (RuntimeException | Error e) {
            say("Publisher '{}' could not send a batch{}", e);
            answer(batch, null, e);
        }
    }

    private void answer(Batch batch, @Nullable List<AppendResult> results, @Nullable Throwable error) {
        batch.answer(results, error);
        answers.add(batch);
        accumulator.bell().ring();
    }

    private long nextLook(long now) {
        // An event whose lane has batches in flight does not wake the loop; it must be seen before it is maxWait old.
        long wait = inFlight.isEmpty()
                ? LeavingRule.NOT_BY_TIME
                : settings.batch().maxWait().toNanos();
        long age = settings.timeouts().delivery().toNanos();
        for (Lane lane : active) {
            LeavingRule.State state = lane.state();
            wait = Math.min(wait, rule.delay(state, inFlight.size(), now));
            if (state.events() > 0) {
                wait = Math.min(wait, Math.max(1, state.firstAcceptedAt() + age - now));
            }
        }
        return wait;
    }

    /** Ends the loop once everything is settled and its futures are complete; how long until it must look again. */
    private long closeStep(long now) {
        if (now >= closeSeen) {
            giveUp();
            settlement.handOver();
        }
        if (active.isEmpty() && inFlight.isEmpty()) {
            accumulator.end();
            if (now >= closeSeen + GRACE) {
                completions.end();
            }
            if (now >= closeSeen + 2 * GRACE) {
                flushes.giveUp();
            }
            report = settlement.report();
            boolean completed = flushes.isEmpty() && (completions.isIdle() || now >= closeSeen + 2 * GRACE);
            finished = accumulator.isEmpty() && completed;
            if (flushes.isEmpty() && !completed) {
                return MOMENT; // the executor has the last of it, and rings no bell
            }
        }
        long until = now < closeSeen ? closeSeen : now < closeSeen + GRACE ? closeSeen + GRACE : closeSeen + 2 * GRACE;
        return Math.max(0, until - now);
    }

    private void giveUp() {
        String reason = "the publisher was closed before it could be delivered";
        for (Lane lane : active) {
            for (PendingEvent event : lane.takeAll()) {
                settlement.fail(event, reason);
            }
            lane.abandon();
        }
        for (Batch batch : inFlight) {
            batch.events().forEach(event -> settlement.failInFlight(event, reason));
        }
        inFlight.clear();
        inFlightCount = 0;
        active.clear();
    }
}
