package dev.millrace.consumer;

import dev.millrace.redis.internal.PendingEntry;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.Taken;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs suspects one at a time with nothing else in the process, so that one that kills it takes no innocent with it: a crash
 * raises the delivery count of all that was held, and only a suspect that came back too often even so is dead-lettered for it.
 * Confined to the thread of the {@link ReclaimLoop}.
 */
final class Quarantine {

    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

    /** An entry may come back once, from a deployment or an innocent crash, and still run beside others. */
    private static final int HARMLESS_RETURNS = 1;

    private static final Duration IN_OR_OUT = Duration.ofSeconds(5);
    private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(10);

    /** While a wait for running handlers is in vain, so much longer is everybody left in peace before the next one. */
    private static final int PEACE = 10;

    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(200);

    private final Subscription home;
    private final ServerParts server;
    private final StreamGroup group;
    private final Intake intake;
    private final WorkQueue work;
    private final LongSupplier ticker;
    private final Duration claimIdle;
    private final int maxDeliveries;
    private Duration patience;
    private long nextTry;

    Quarantine(Subscription home, ServerParts server, StreamGroup group, Intake intake) {
        this.home = home;
        this.server = server;
        this.group = group;
        this.intake = intake;
        this.work = server.work();
        ConsumerSettings settings = server.settings();
        this.ticker = settings.ticker();
        this.claimIdle = settings.claimIdle();
        this.maxDeliveries = settings.maxDeliveries();
        this.patience = claimIdle;
        this.nextTry = ticker.getAsLong();
    }

    /** Whether taking this over would be at least its second return without an outcome. */
    static boolean suspicious(PendingEntry row) {
        return DeliveryCount.of(row.deliveryCount()).returns() >= HARMLESS_RETURNS;
    }

    /** Takes the suspects in, one by one, for a slice of time; the next sweep goes on. */
    void admit(List<PendingEntry> suspects) throws InterruptedException {
        if (suspects.isEmpty()
                || ticker.getAsLong() - nextTry < 0
                || !server.standstill().begin(IN_OR_OUT)) {
            return;
        }
        try {
            log.warn("{}: {} entries came back repeatedly, each now runs alone", home.name(), suspects.size());
            if (emptied()) {
                patience = claimIdle;
                runAlone(suspects);
            } else {
                nextTry = ticker.getAsLong() + patience.multipliedBy(PEACE).toNanos();
                patience = Custody.shorter(patience.multipliedBy(2), LONGEST_PATIENCE);
            }
        } finally {
            work.release();
            server.standstill().end();
        }
    }

    /** Hands back what has not begun, and waits for what runs, but no longer than its patience. */
    private boolean emptied() throws InterruptedException {
        server.handBack(work.hold());
        handBackWaiting();
        return await(patience, () -> work.awaitIdle(STEP)) && await(claimIdle, this::awaitSettled);
    }

    private boolean awaitSettled() throws InterruptedException {
        // What failed meanwhile waits for its retry, and could not begin it here.
        handBackWaiting();
        return server.held()
                .await(
                        () -> server.subscriptions().stream()
                                .noneMatch(s -> s.inFlight().settling()),
                        STEP);
    }

    private void handBackWaiting() {
        server.subscriptions().forEach(subscription -> subscription.handBack().waiting());
    }

    private void runAlone(List<PendingEntry> suspects) throws InterruptedException {
        long sliceEnd = ticker.getAsLong() + claimIdle.toNanos();
        for (PendingEntry suspect : suspects) {
            if (home.closing() || ticker.getAsLong() - sliceEnd > 0 || !runAlone(suspect)) {
                return;
            }
        }
    }

    /** False if it still runs after claim-idle: then the others go on beside it, but no other suspect joins. */
    private boolean runAlone(PendingEntry suspect) throws InterruptedException {
        long startedAt = ticker.getAsLong();
        Taken taken = group.take(List.of(suspect.id()), claimIdle);
        home.keeper().lost(taken.missing());
        home.meters().count(Counted.RECLAIMED, taken.entries().size());
        for (StreamEntry entry : taken.entries()) {
            if (DeliveryCount.of(entry.deliveryCount()).returns() > maxDeliveries) {
                condemn(entry, startedAt);
            } else if (!run(intake.open(List.of(entry), true, startedAt))) {
                return false;
            }
        }
        return await(claimIdle, this::awaitSettled);
    }

    private void condemn(StreamEntry entry, long startedAt) throws InterruptedException {
        try {
            for (EventInFlight event : intake.open(List.of(entry), true, startedAt)) {
                home.settlement().bury(Burial.of(event, DeadLetterReason.DELIVERIES, null, home.now()));
            }
        } catch (RuntimeException | Error e) {
            // It may be what makes it come back: then it goes without the release of its claim.
            EntryInFlight whole = new EntryInFlight(
                    entry, home.keeper().epoch(), true, home.custody().until(startedAt));
            home.inFlight().add(whole);
            home.settlement().bury(Burial.ofEntry(whole, DeadLetterReason.DELIVERIES, e, home.now()));
        }
    }

    private boolean run(List<EventInFlight> events) throws InterruptedException {
        for (EventInFlight event : events) {
            work.addAlone(event);
            if (!await(claimIdle, () -> work.awaitIdle(STEP))) {
                return false;
            }
        }
        return true;
    }

    /** A wait that takes short steps, so as to end with the server. */
    private interface Step {
        boolean reached() throws InterruptedException;
    }

    private boolean await(Duration limit, Step step) throws InterruptedException {
        long deadline = ticker.getAsLong() + limit.toNanos();
        while (!home.closing() && ticker.getAsLong() - deadline < 0) {
            if (step.reached()) {
                return true;
            }
        }
        return false;
    }
}
