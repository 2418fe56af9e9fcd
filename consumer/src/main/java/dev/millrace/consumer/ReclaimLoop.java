package dev.millrace.consumer;

import dev.millrace.redis.internal.PendingEntry;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.redis.internal.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what is pending under a consumer that no longer speaks for it. What came back again and again without an outcome
 * is suspected to kill its process, and goes to {@link Quarantine}.
 */
final class ReclaimLoop implements Loop {

    private static final Logger log = LoggerFactory.getLogger(ReclaimLoop.class);
    private static final int PAGE = 100;
    private static final long ROOM_WAIT = TimeUnit.SECONDS.toNanos(1);

    private final Subscription home;
    private final ServerParts server;
    private final StreamGroup group;
    private final Intake intake;
    private final Quarantine quarantine;
    private final LongSupplier ticker;
    private final Duration claimIdle;
    private final int share;

    ReclaimLoop(Subscription home, ServerParts server, StreamGroup group, Intake intake) {
        this.home = home;
        this.server = server;
        this.group = group;
        this.intake = intake;
        this.quarantine = new Quarantine(home, server, group, intake);
        ConsumerSettings settings = server.settings();
        this.ticker = settings.ticker();
        this.claimIdle = settings.claimIdle();
        this.share = Math.max(1, Math.min(settings.concurrency(), settings.maxPending()));
    }

    /** One sweep through the pending list, as far as there is room. */
    @Override
    public void runOnce() throws InterruptedException {
        if (home.paused() || !home.quietTime().over()) {
            return;
        }
        List<PendingEntry> suspects = new ArrayList<>();
        StreamId after = null;
        boolean more = true;
        while (more && !mustStop()) {
            List<PendingEntry> page = group.idle(claimIdle, after, PAGE);
            List<StreamId> wanted = new ArrayList<>();
            for (PendingEntry row : page) {
                after = row.id();
                if (home.inFlight().holds(row.id()) || home.handBack().leftToOthers(row.id())) {
                    continue;
                }
                if (Quarantine.suspicious(row)) {
                    suspects.add(row);
                } else {
                    wanted.add(row.id());
                }
            }
            boolean room = reclaim(wanted);
            more = room && page.size() == PAGE && suspects.size() < PAGE;
        }
        quarantine(suspects);
    }

    @Override
    public boolean idle() {
        return quarantine.waiting();
    }

    /** False if there was no room: the next sweep goes on. */
    private boolean reclaim(List<StreamId> wanted) throws InterruptedException {
        for (int from = 0; from < wanted.size(); ) {
            // A share of its own: a backlog of new entries must not keep old ones waiting, nor the other way round.
            if (!home.inFlight().await(() -> underway() < share, ROOM_WAIT) || mustStop()) {
                return false;
            }
            int most = Math.min(wanted.size() - from, Math.max(1, share - underway()));
            try (Held.Reservation reserved = server.held().reserve(most, ROOM_WAIT)) {
                List<StreamId> next = wanted.subList(from, from + reserved.left());
                if (next.isEmpty() || !server.standstill().bringIn(() -> takeUnlessPaused(next))) {
                    return false;
                }
                from += next.size();
            }
        }
        return true;
    }

    private void quarantine(List<PendingEntry> suspects) throws InterruptedException {
        if (!suspects.isEmpty()) {
            try (Held.Reservation reserved = server.held().reserve(1, ROOM_WAIT)) {
                if (reserved.left() > 0) {
                    quarantine.admit(suspects);
                }
            }
        }
    }

    /** What waits (for its retry, its key, its handler, an ack by hand) keeps nobody busy, and may do so for long: it does not count. */
    private int underway() {
        return home.inFlight().redeliveredRunning() + server.work().redeliveredReady(home);
    }

    private boolean mustStop() {
        return home.closing() || home.paused();
    }

    /** A pause waits for rounds that have begun, and none begins after it: so this is where it is certain. */
    private void takeUnlessPaused(List<StreamId> ids) throws InterruptedException {
        if (!home.paused()) {
            take(ids);
        }
    }

    private void take(List<StreamId> ids) throws InterruptedException {
        long startedAt = ticker.getAsLong();
        Taken taken = group.take(ids, claimIdle);
        home.keeper().lost(taken.missing());
        if (!taken.entries().isEmpty()) {
            home.meters().count(Counted.RECLAIMED, taken.entries().size());
            log.info(
                    "{}: took over {} entries that were left pending",
                    home.name(),
                    taken.entries().size());
            // They are older than what is buffered.
            server.work().addFirst(intake.open(taken.entries(), true, startedAt));
        }
    }
}
