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
import org.jspecify.annotations.Nullable;
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
    private final StreamGroup group;
    private final Intake intake;
    private final WorkQueue work;
    private final Quarantine quarantine;
    private final LongSupplier ticker;
    private final Duration claimIdle;
    private final int maxPending;
    private final int share;

    ReclaimLoop(
            Subscription home,
            StreamGroup group,
            Intake intake,
            WorkQueue work,
            Quarantine quarantine,
            ConsumerSettings settings) {
        this.home = home;
        this.group = group;
        this.intake = intake;
        this.work = work;
        this.quarantine = quarantine;
        this.ticker = settings.ticker();
        this.claimIdle = settings.claimIdle();
        this.maxPending = settings.maxPending();
        this.share = Math.max(1, Math.min(settings.concurrency(), settings.maxPending()));
    }

    /** One sweep through the pending list, as far as there is room. */
    @Override
    public void runOnce() throws InterruptedException {
        if (!home.quietTime().over()) {
            return;
        }
        List<PendingEntry> suspects = new ArrayList<>();
        StreamId after = null;
        List<PendingEntry> page;
        do {
            page = page(after);
            List<StreamId> wanted = new ArrayList<>();
            for (PendingEntry row : page) {
                after = row.id();
                if (home.inFlight().holds(row.id())) {
                    continue;
                }
                if (Quarantine.suspicious(row)) {
                    suspects.add(row);
                } else {
                    wanted.add(row.id());
                }
            }
            if (!wanted.isEmpty() && !reclaim(wanted)) {
                return;
            }
        } while (page.size() == PAGE && !home.closing());
        quarantine.admit(suspects);
    }

    private List<PendingEntry> page(@Nullable StreamId after) {
        return group.idle(claimIdle, after, PAGE);
    }

    /** False if there was no room: the next sweep goes on. */
    private boolean reclaim(List<StreamId> wanted) throws InterruptedException {
        for (int from = 0; from < wanted.size(); from += share) {
            boolean room =
                    work.awaitBuffered(share, ROOM_WAIT) && home.inFlight().awaitBelow(maxPending, ROOM_WAIT);
            if (!room || home.closing()) {
                return false;
            }
            take(wanted.subList(from, Math.min(wanted.size(), from + share)));
        }
        return true;
    }

    private void take(List<StreamId> ids) throws InterruptedException {
        long startedAt = ticker.getAsLong();
        Taken taken = group.take(ids, claimIdle);
        home.lost(taken.missing());
        if (!taken.entries().isEmpty()) {
            home.meters().count(Counted.RECLAIMED, taken.entries().size());
            log.info(
                    "{}: took over {} entries that were left pending",
                    home.name(),
                    taken.entries().size());
            work.addLast(intake.open(taken.entries(), true, startedAt));
        }
    }
}
