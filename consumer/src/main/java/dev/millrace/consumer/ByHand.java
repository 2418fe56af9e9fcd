package dev.millrace.consumer;

import dev.millrace.redis.internal.Ownership;
import dev.millrace.redis.internal.PendingEntry;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.redis.internal.StreamReader;
import dev.millrace.redis.internal.Taken;
import dev.millrace.redis.internal.Touch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings in single entries when somebody asks for it, paused or not, and waits for what becomes of them. Thread-safe. */
final class ByHand {

    /** So many times claim-idle, the longest that a standstill takes. */
    private static final int PATIENCE = 3;

    private final Subscription home;
    private final ServerParts server;
    private final StreamGroup group;
    private final Intake intake;
    private @Nullable StreamReader reader;

    ByHand(Subscription home, ServerParts server, StreamGroup group, Intake intake) {
        this.home = home;
        this.server = server;
        this.group = group;
        this.intake = intake;
    }

    /**
     * Handles an entry that is pending and that nobody works on.
     *
     * @param room for one entry
     */
    ProcessResult process(String entryId, Held.Reservation room) throws InterruptedException {
        StreamId id = idOf(entryId);
        List<StreamId> ids = List.of(id);
        List<Errands.Errand> errands = home.errands().begin(ids);
        try {
            bringIn(() -> take(id));
            room.used(1);
            return Errands.await(errands, home, server.work());
        } finally {
            home.errands().end(ids);
        }
    }

    /** Whoever asks by hand waits while a suspect runs alone, as long as that may take. */
    private void bringIn(Standstill.Round round) throws InterruptedException {
        server.standstill().bringIn(round, server.settings().claimIdle().multipliedBy(PATIENCE), home::closing);
    }

    private void take(StreamId id) throws InterruptedException {
        long startedAt = server.settings().ticker().getAsLong();
        Taken taken = taken(id);
        home.keeper().lost(taken.missing());
        if (taken.entries().isEmpty()) {
            throw new IllegalStateException("entry " + id + " of " + home.name()
                    + " is no longer in the stream, or another consumer was faster");
        }
        home.meters().count(Counted.RECLAIMED, taken.entries().size());
        work(intake.open(taken.entries(), true, startedAt));
    }

    private Taken taken(StreamId id) {
        List<PendingEntry> rows = group.idle(Duration.ZERO, id.previous(), 1);
        PendingEntry row = rows.isEmpty() || !rows.get(0).id().equals(id) ? null : rows.get(0);
        if (row == null) {
            throw refused(
                    id,
                    "is not pending: it is settled (a replay handles it once more), or was not delivered yet"
                            + " (processBatch(n) reads what comes next), or never existed");
        }
        if (home.inFlight().holds(id)) {
            throw refused(id, "is in hand here already");
        }
        Duration claimIdle = server.settings().claimIdle();
        if (!row.consumer().equals(home.name().consumer())) {
            if (row.idleMillis() < claimIdle.toMillis()) {
                throw refused(
                        id,
                        "is in the hands of consumer " + row.consumer() + ", which was heard of "
                                + Duration.ofMillis(row.idleMillis()) + " ago; it can be taken over after "
                                + claimIdle);
            }
            return group.take(List.of(id), claimIdle);
        }
        return takeOwn(id);
    }

    /** Refreshed first, so that nobody else can take it before we do. */
    private Taken takeOwn(StreamId id) {
        Ownership answer =
                group.touch(List.of(Touch.keepAlive(id)), Duration.ZERO).get(0);
        if (answer != Ownership.OURS) {
            throw refused(id, "was taken over by another consumer meanwhile, or trimmed");
        }
        return group.take(List.of(id), Duration.ZERO);
    }

    private IllegalStateException refused(StreamId id, String why) {
        return new IllegalStateException("entry " + id + " of " + home.name() + " " + why);
    }

    /**
     * Reads what comes next, and puts it before the workers.
     *
     * @param most at most so many entries
     */
    Batch read(int most) throws InterruptedException {
        Batch batch = new Batch();
        bringIn(() -> batch.read(most));
        return batch;
    }

    /** What one read brought. */
    final class Batch {

        private List<StreamId> ids = List.of();
        private List<Errands.Errand> errands = List.of();

        private void read(int most) throws InterruptedException {
            long startedAt = server.settings().ticker().getAsLong();
            List<StreamEntry> entries = readNext(most);
            ids = entries.stream().map(StreamEntry::id).toList();
            errands = home.errands().begin(ids);
            boolean taken = false;
            try {
                home.incoming().fetched(entries, startedAt);
                taken = true;
            } finally {
                if (!taken) {
                    end(); // nobody gets this batch to end it
                }
            }
        }

        int entries() {
            return ids.size();
        }

        /** Waits for what becomes of it. */
        ProcessResult await() throws InterruptedException {
            return Errands.await(errands, home, server.work());
        }

        /** It is not looked at any more. */
        void end() {
            home.errands().end(ids);
        }
    }

    private synchronized List<StreamEntry> readNext(int most) {
        String stream = home.name().stream();
        StreamReader own = reader == null ? home.reader() : reader;
        reader = own;
        try {
            Map<String, List<StreamEntry>> read = own.read(List.of(stream), most, Duration.ZERO);
            return read.getOrDefault(stream, List.of());
        } catch (RedisFaultException e) {
            if (e.fault().kind() == RedisFault.Kind.NOGROUP) {
                home.keeper().recreate();
                return List.of();
            }
            throw e;
        }
    }

    private void work(List<EventInFlight> events) {
        if (!server.work().addFirst(events)) {
            home.handBack().now(events);
        }
    }

    private static StreamId idOf(String entryId) {
        return StreamId.parse(StartFrom.checked(entryId));
    }
}
