package dev.millrace.consumer;

import dev.millrace.redis.internal.PendingEntry;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.Taken;
import java.time.Duration;
import java.util.List;
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

    private final Subscription home;
    private final StreamGroup group;
    private final Intake intake;
    private final WorkQueue work;
    private final LongSupplier ticker;
    private final Duration claimIdle;
    private final int maxDeliveries;

    Quarantine(Subscription home, StreamGroup group, Intake intake, WorkQueue work, ConsumerSettings settings) {
        this.home = home;
        this.group = group;
        this.intake = intake;
        this.work = work;
        this.ticker = settings.ticker();
        this.claimIdle = settings.claimIdle();
        this.maxDeliveries = settings.maxDeliveries();
    }

    /** Whether taking this over would be at least its second return without an outcome. */
    static boolean suspicious(PendingEntry row) {
        return DeliveryCount.of(row.deliveryCount()).returns() >= HARMLESS_RETURNS;
    }

    /** Takes the suspects in, one by one, and ends those that came back too often. */
    void admit(List<PendingEntry> suspects) throws InterruptedException {
        if (suspects.isEmpty() || !home.fetchLoop().suspend(IN_OR_OUT)) {
            return;
        }
        try {
            log.warn("{}: {} entries came back repeatedly, each now runs alone", home.name(), suspects.size());
            if (emptied()) {
                for (PendingEntry suspect : suspects) {
                    if (home.closing() || !runAlone(suspect)) {
                        return;
                    }
                }
            }
        } finally {
            work.release();
            home.fetchLoop().resume();
        }
    }

    /** Hands back what has not begun, and waits for what runs; gives up if that takes longer than claim-idle. */
    private boolean emptied() throws InterruptedException {
        List<EventInFlight> buffered = work.hold();
        home.handBack(buffered);
        home.handBackWaiting();
        return work.awaitIdle(claimIdle.toNanos()) && home.inFlight().awaitBelow(1, claimIdle.toNanos());
    }

    /** False if it still runs after claim-idle: then the others go on beside it, but no other suspect joins. */
    private boolean runAlone(PendingEntry suspect) throws InterruptedException {
        long startedAt = ticker.getAsLong();
        Taken taken = group.take(List.of(suspect.id()), claimIdle);
        home.lost(taken.missing());
        home.meters().count(Counted.RECLAIMED, taken.entries().size());
        for (EventInFlight event : intake.open(taken.entries(), true, startedAt)) {
            if (event.entry().returns() > maxDeliveries) {
                home.settlement().bury(Burial.of(event, DeadLetterReason.DELIVERIES, null, home.now()));
                continue;
            }
            work.addAlone(event);
            if (!work.awaitIdle(claimIdle.toNanos())) {
                return false;
            }
        }
        // It may now wait for a retry, with its attempt on record: no longer a suspect, so it may join the others.
        home.handBackWaiting();
        return home.inFlight().awaitBelow(1, claimIdle.toNanos());
    }
}
