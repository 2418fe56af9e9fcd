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
 * Everybody else is held up for that, so it is done where running handlers are short, and with bounds: its patience, at most
 * claim-idle, for what runs, and one and a half claim-idle for the suspects. Confined to the thread of the {@link ReclaimLoop}.
 */
final class Quarantine {

    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

    /** An entry may come back once, from a deployment or an innocent crash, and still run beside others. */
    static final int HARMLESS_RETURNS = 1;

    private static final Duration IN_OR_OUT = Duration.ofSeconds(5);

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
    private final Company company;
    private final Duration firstPatience;
    private Duration patience;
    private long nextTry;
    private int inVain;
    private volatile boolean waiting;

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
        this.company = new Company(server.subscriptions(), settings);
        Duration tenth = claimIdle.dividedBy(10);
        Duration least = Custody.shorter(claimIdle, Duration.ofMillis(500));
        this.firstPatience = tenth.compareTo(least) < 0 ? least : tenth;
        this.patience = firstPatience;
        this.nextTry = ticker.getAsLong();
    }

    /** Whether taking this over would be at least its second return without an outcome. */
    static boolean suspicious(PendingEntry row) {
        return DeliveryCount.of(row.deliveryCount()).returns() >= HARMLESS_RETURNS;
    }

    /** Whether everybody is held up for suspects, which has its limits: that is no lack of progress. */
    boolean waiting() {
        return waiting;
    }

    /** Takes the suspects in, one by one, for a slice of time; the next sweep goes on. */
    void admit(List<PendingEntry> suspects) throws InterruptedException {
        if (suspects.isEmpty() || over()) {
            return;
        }
        // Looked at in each sweep: what still runs in the next one is no short handler.
        Duration longest = company.longest();
        if (ticker.getAsLong() - nextTry < 0) {
            return;
        }
        if (longest.compareTo(patience) > 0) {
            // Nobody is held up for what would not end in time.
            beMorePatient(suspects, longest);
        } else if (server.standstill().begin(IN_OR_OUT)) {
            waiting = true;
            try {
                admitNow(suspects);
            } finally {
                waiting = false;
                work.release();
                server.standstill().end();
            }
        }
    }

    private void admitNow(List<PendingEntry> suspects) throws InterruptedException {
        log.warn("{}: {} entries came back repeatedly, each now runs alone", home.name(), suspects.size());
        if (emptied()) {
            patience = firstPatience;
            inVain = 0;
            runAlone(suspects);
        } else if (!over()) {
            nextTry = ticker.getAsLong() + patience.multipliedBy(PEACE).toNanos();
            beMorePatient(suspects, patience);
        }
    }

    private void beMorePatient(List<PendingEntry> suspects, Duration longest) {
        patience = Custody.shorter(patience.multipliedBy(2), claimIdle);
        inVain++;
        // Said at the 1st, 2nd, 4th, 8th … time: it may go on for long.
        if (Integer.bitCount(inVain) == 1) {
            log.warn(
                    "{}: {} entries came back repeatedly and wait until nothing else runs; something has been running for {}."
                            + " Give handlers a time limit, or handle the first, {}, beside others with process(entryId)",
                    home.name(),
                    suspects.size(),
                    longest,
                    suspects.get(0).id());
        }
    }

    private boolean over() {
        return home.closing() || home.paused();
    }

    /** Hands back what has not begun, and waits for what runs, but no longer than its patience. */
    private boolean emptied() throws InterruptedException {
        server.handBack(work.hold());
        handBackWaiting();
        long deadline = ticker.getAsLong() + patience.toNanos();
        return awaitIdle(deadline) && await(deadline + claimIdle.toNanos() / PEACE, this::settled);
    }

    private boolean settled() throws InterruptedException {
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
        for (Subscription subscription : server.subscriptions()) {
            // What waits here and cannot be handed back is to be no suspect if this process dies now.
            subscription
                    .custody()
                    .exonerate(subscription.inFlight().entries().stream()
                            .filter(entry -> entry.idle() && !entry.trimmed())
                            .toList());
        }
        long sliceEnd = ticker.getAsLong() + claimIdle.toNanos();
        for (PendingEntry suspect : suspects) {
            // Whoever begins late has half a slice of its own.
            long now = ticker.getAsLong();
            long end = Math.max(0, now + claimIdle.toNanos() / 2 - sliceEnd) + sliceEnd;
            if (over() || now - sliceEnd > 0 || !runAlone(suspect, end)) {
                return;
            }
        }
    }

    /** False if it still runs at its end: then the others go on beside it, but no other suspect joins. */
    private boolean runAlone(PendingEntry suspect, long end) throws InterruptedException {
        long startedAt = ticker.getAsLong();
        Taken taken = group.take(List.of(suspect.id()), claimIdle);
        home.keeper().lost(taken.missing());
        home.meters().count(Counted.RECLAIMED, taken.entries().size());
        for (StreamEntry entry : taken.entries()) {
            if (DeliveryCount.of(entry.deliveryCount()).returns() > maxDeliveries) {
                condemn(entry, startedAt);
            } else if (!run(intake.open(List.of(entry), true, startedAt), end)) {
                return false;
            }
        }
        return await(end, this::settled);
    }

    private void condemn(StreamEntry entry, long startedAt) throws InterruptedException {
        try {
            for (EventInFlight event : intake.open(List.of(entry), true, startedAt)) {
                home.settlement().bury(Burial.of(event, DeadLetterReason.DELIVERIES, null, home.now()));
            }
        } catch (RuntimeException | Error e) {
            // It may be what makes it come back: then it goes without the release of its claim.
            EntryInFlight whole = new EntryInFlight(entry, true, home.custody().until(startedAt));
            home.inFlight().add(whole);
            home.settlement().bury(Burial.ofEntry(whole, DeadLetterReason.DELIVERIES, e, home.now()));
        }
    }

    private boolean run(List<EventInFlight> events, long end) throws InterruptedException {
        for (int i = 0; i < events.size(); i++) {
            work.addAlone(events.get(i));
            if (!awaitIdle(end)) {
                // Its neighbours in the entry go on beside others, like itself.
                List<EventInFlight> rest = events.subList(i + 1, events.size());
                rest.forEach(event -> home.retries().add(new Waiting.Retry(event, false), Duration.ZERO));
                return false;
            }
        }
        return true;
    }

    private boolean awaitIdle(long deadline) throws InterruptedException {
        return await(deadline, () -> work.awaitIdle(company::handlings, STEP));
    }

    /** A wait that takes short steps, so as to end with the server or with a pause. */
    private interface Step {
        boolean reached() throws InterruptedException;
    }

    private boolean await(long deadline, Step step) throws InterruptedException {
        while (!over() && ticker.getAsLong() - deadline < 0) {
            if (step.reached()) {
                return true;
            }
        }
        return false;
    }
}
