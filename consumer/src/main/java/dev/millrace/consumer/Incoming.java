package dev.millrace.consumer;

import dev.millrace.redis.internal.Ownership;
import dev.millrace.redis.internal.PendingEntry;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.redis.internal.Taken;
import dev.millrace.redis.internal.Touch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is read into its subscription, and before anything newer what is pending under our name without being in hand:
 * the answer that brought it was lost, or it could not be opened. Catching up is for the thread of the {@link FetchLoop}.
 */
final class Incoming {

    private static final Logger log = LoggerFactory.getLogger(Incoming.class);
    private static final int PAGE = 100;

    /** What was sent before the connection was lost may arrive while we look for the first time. */
    private static final int LOOKS = 2;

    private final Subscription home;
    private final ServerParts server;
    private final StreamGroup group;
    private final Intake intake;
    private final AtomicReference<@Nullable Gap> gap = new AtomicReference<>();

    /**
     * Where something may be pending under our name that is not in hand.
     *
     * @param after begins after this id, or with null at the beginning
     * @param returned whether it came back from a process that had it, so that its delivery count is raised
     */
    private record Gap(@Nullable StreamId after, boolean returned) {

        /** Both of them. */
        Gap and(@Nullable Gap other) {
            if (other == null) {
                return this;
            }
            boolean first = after == null || (other.after != null && after.compareTo(other.after) < 0);
            return new Gap(first ? after : other.after, returned || other.returned);
        }
    }

    Incoming(Subscription home, ServerParts server, StreamGroup group, Intake intake) {
        this.home = home;
        this.server = server;
        this.group = group;
        this.intake = intake;
    }

    /** Takes in what was read by a call that began at this time. */
    void fetched(List<StreamEntry> entries, long startedAt) throws InterruptedException {
        if (entries.isEmpty()) {
            return;
        }
        StreamId before = entries.get(0).id().previous();
        home.keeper().seen(entries.get(entries.size() - 1).id());
        home.meters().count(Counted.FETCHED, entries.size());
        open(entries, new Gap(before, false), startedAt);
    }

    private void open(List<StreamEntry> entries, Gap from, long startedAt) throws InterruptedException {
        Gap left = from;
        try {
            server.work().addLast(intake.open(entries, from.returned(), startedAt));
            left = null;
        } catch (RuntimeException | Error e) {
            // What Redis refused is nobody's fault; else one of them may be what makes it fail, and is to be told by
            // its count.
            left = new Gap(from.after(), from.returned() || !(e instanceof RedisFaultException));
            throw e;
        } finally {
            if (left != null) {
                add(left);
            }
        }
    }

    private void add(Gap more) {
        gap.updateAndGet(known -> more.and(known));
    }

    /** At the start, under a name that may have been used before. */
    void begin() {
        add(new Gap(null, true));
    }

    /** Whether a read has brought anything is not known. */
    void answerLost() {
        add(new Gap(home.keeper().lastSeen(), false));
    }

    /** Whether there may be something to bring in before anything newer. */
    boolean behind() {
        return gap.get() != null;
    }

    /**
     * Brings in what there is no answer for, as far as there is room.
     *
     * @return whether that was all, so that newer ones may be read
     */
    boolean catchUp(Held.Reservation reserved) throws InterruptedException {
        Gap known = gap.get();
        if (known == null) {
            return true;
        }
        for (int look = 0; look < LOOKS; look++) {
            if (!lookThrough(known, reserved)) {
                return false;
            }
        }
        return gap.compareAndSet(known, null);
    }

    private boolean lookThrough(Gap known, Held.Reservation reserved) throws InterruptedException {
        StreamId after = known.after();
        List<PendingEntry> page;
        do {
            page = own(after);
            List<PendingEntry> left = page.stream().filter(this::leftBehind).toList();
            int from = 0;
            while (from < left.size()) {
                int to = Math.min(left.size(), from + reserved.left());
                if (to == from) {
                    return false;
                }
                reserved.used(bringIn(left.subList(from, to), known));
                from = to;
            }
            after = page.isEmpty() ? after : page.get(page.size() - 1).id();
        } while (page.size() == PAGE);
        return true;
    }

    private List<PendingEntry> own(@Nullable StreamId after) {
        try {
            return group.own(after, PAGE);
        } catch (RedisFaultException e) {
            if (e.fault().kind() == RedisFault.Kind.NOGROUP) {
                // With the group, all that was pending in it went; the next read recreates it.
                return List.of();
            }
            throw e;
        }
    }

    /** What came back again and again is for {@link Quarantine}. */
    private boolean leftBehind(PendingEntry row) {
        return !home.inFlight().holds(row.id())
                && !home.handBack().leftToOthers(row.id())
                && !Quarantine.suspicious(row);
    }

    private int bringIn(List<PendingEntry> rows, Gap known) throws InterruptedException {
        long startedAt = server.settings().ticker().getAsLong();
        // Refreshed first, so that nobody else can take it before we do. Taking counts as a delivery; where nobody had
        // it, that is the one that was counted.
        List<Touch> touches = rows.stream()
                .map(row -> known.returned()
                        ? Touch.keepAlive(row.id())
                        : new Touch(row.id(), Math.max(0, row.deliveryCount() - 1)))
                .toList();
        List<Ownership> answers = group.touch(touches, Duration.ZERO);
        List<StreamId> ours = new ArrayList<>(rows.size());
        List<StreamId> gone = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (answers.get(i) == Ownership.OURS) {
                ours.add(rows.get(i).id());
            } else if (answers.get(i) == Ownership.TRIMMED) {
                gone.add(rows.get(i).id());
            }
        }
        Taken taken = group.take(ours, Duration.ZERO);
        gone.addAll(taken.missing());
        home.keeper().lost(gone);
        List<StreamEntry> entries = taken.entries();
        if (!entries.isEmpty()) {
            home.meters().count(Counted.RECLAIMED, entries.size());
            log.info("{}: brings in {} entries that were pending under its own name", home.name(), entries.size());
            open(entries, new Gap(entries.get(0).id().previous(), known.returned()), startedAt);
        }
        return entries.size();
    }
}
