package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamReader;
import dev.millrace.routing.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads new entries of the streams of one group when there is room for them, opens them and puts them before the workers: the
 * main loop.
 */
final class FetchLoop implements Loop {

    private static final Logger log = LoggerFactory.getLogger(FetchLoop.class);
    private static final long ROOM_WAIT = TimeUnit.MILLISECONDS.toNanos(500);

    /** How long to wait with room that others may want. */
    private static final Duration SHORT = Duration.ofMillis(100);

    private static final int MOST_POLLS = 32;

    /** What is read at once, so that the next read is on its way while these are opened. */
    private static final int MOST_ENTRIES = 500;

    /** What is read in one round, so that others get their turn. */
    private static final int MOST_READS = 8;

    private final List<Subscription> subscriptions;
    private final StreamReader reader;
    private final ServerParts server;
    private final LongSupplier ticker;
    private final ReadAhead readAhead;
    private final Arrivals arrivals = new Arrivals();
    private final SharesOfOthers shares = new SharesOfOthers();
    private long lastReadAt;
    private boolean lastReadWasFull = true;
    // Whether the last read waited for all in vain: then there is nothing to choose from.
    private boolean quiet;
    private int turn;
    // Whose group was gone at the last read.
    private final Set<Subscription> vanished = new HashSet<>();

    FetchLoop(List<Subscription> subscriptions, StreamReader reader, ServerParts server) {
        this.subscriptions = List.copyOf(subscriptions);
        this.reader = reader;
        this.server = server;
        this.ticker = server.settings().ticker();
        this.readAhead = new ReadAhead(server.settings().concurrency());
        this.lastReadAt = ticker.getAsLong();
    }

    @Override
    public void runOnce() throws InterruptedException {
        boolean unused = server.standstill().bringIn(this::round);
    }

    private void round() throws InterruptedException {
        try {
            int room = room(ROOM_WAIT);
            for (int reads = 0; reads < MOST_READS && fetch(room, reads == 0 ? ROOM_WAIT : 0); reads++) {
                room = server.standstill().wanted() ? 0 : room(0);
            }
        } finally {
            arrivals.open().forEach(this::broken);
        }
    }

    /** For how many entries the workers have room, if that is for many of those that may be read ahead. */
    private int room(long nanos) throws InterruptedException {
        return server.work().awaitRoom(server.settings().concurrency(), readAhead.size() - arrivals.size(), nanos);
    }

    /** Whether there may be more at once. */
    private boolean fetch(int room, long nanos) throws InterruptedException {
        List<Subscription> open = room == 0 ? List.of() : open(nanos);
        if (open.isEmpty()) {
            return false;
        }
        // A read that waits for all of them may bring one of each.
        try (Held.Reservation reserved = server.held().reserve(Math.max(room, open.size()), nanos)) {
            if (reserved.left() == 0) {
                return false;
            }
            readAhead.roomAfter(ticker.getAsLong() - lastReadAt, lastReadWasFull);
            return fetch(caughtUp(open, reserved), room, reserved);
        }
    }

    /** Those with nothing older to bring in. */
    private List<Subscription> caughtUp(List<Subscription> open, Held.Reservation reserved)
            throws InterruptedException {
        List<Subscription> ready = new ArrayList<>(open.size());
        for (Subscription subscription : open) {
            try {
                if (isCaughtUp(subscription, reserved)) {
                    ready.add(subscription);
                }
            } catch (RuntimeException e) {
                broken(subscription, e);
            }
        }
        return ready;
    }

    private boolean isCaughtUp(Subscription subscription, Held.Reservation reserved) throws InterruptedException {
        if (!subscription.incoming().behind()) {
            return true;
        }
        // First: they are pending under our name, too, and would be taken for some that are not in hand.
        arrivals.open().forEach(this::broken);
        return subscription.incoming().catchUp(reserved);
    }

    /** Those that may be read now, beginning with another one each time; where there are none, after a while. */
    private List<Subscription> open(long nanos) throws InterruptedException {
        List<Subscription> open = new ArrayList<>(
                subscriptions.stream().filter(Subscription::readable).toList());
        if (open.isEmpty()) {
            subscriptions.get(0).awaitChange(Duration.ofNanos(nanos));
        }
        Collections.rotate(open, turn++);
        return open;
    }

    /**
     * What is there already is taken first, as priorities and room want it; where nothing is, waits for the first that comes.
     *
     * @return whether all came that was asked for
     */
    private boolean fetch(List<Subscription> open, int room, Held.Reservation reserved) throws InterruptedException {
        int most = Math.min(Math.min(room, MOST_ENTRIES), reserved.left());
        if (open.isEmpty() || most == 0) {
            return false;
        }
        Map<Priority, List<Subscription>> levels = new EnumMap<>(Priority.class);
        open.forEach(subscription -> levels.computeIfAbsent(subscription.priority(), level -> new ArrayList<>())
                .add(subscription));
        boolean choosing = levels.size() > 1 || open.size() > most || lastReadWasFull;
        int got = choosing && !quiet ? poll(levels, most, reserved) : 0;
        quiet = false;
        if (got == 0) {
            got = await(open, most, reserved);
        }
        lastReadAt = ticker.getAsLong();
        lastReadWasFull = got >= most;
        return lastReadWasFull;
    }

    private int poll(Map<Priority, List<Subscription>> levels, int room, Held.Reservation reserved)
            throws InterruptedException {
        int got = 0;
        int below = levels.size();
        for (Map.Entry<Priority, List<Subscription>> level : levels.entrySet()) {
            int left = room - got;
            below--;
            if (left > 0) {
                int share = below == 0 ? 0 : shares.leftBy(level.getKey(), left);
                got += poll(level.getValue(), left - share, reserved);
            }
        }
        return got;
    }

    /** Asks one after the other, or several at once where there is room for what each may bring. */
    private int poll(List<Subscription> level, int room, Held.Reservation reserved) throws InterruptedException {
        // Beyond so many calls, rather some entries too many.
        int atOnce = (level.size() + MOST_POLLS - 1) / MOST_POLLS;
        int got = 0;
        int from = 0;
        while (from < level.size() && got < room && reserved.left() > 0) {
            int left = Math.min(reserved.left(), Math.max(room - got, atOnce));
            List<Subscription> asked = level.subList(from, Math.min(level.size(), from + left));
            got += read(asked, left / asked.size(), Duration.ZERO, reserved);
            from += asked.size();
        }
        return got;
    }

    /** Waits for all of them at once: one alone might be without entries while the others have some. */
    private int await(List<Subscription> open, int room, Held.Reservation reserved) throws InterruptedException {
        // What a waiting read has reserved is nobody else's meanwhile, so it takes no more than is fair.
        long fair = (long) server.settings().maxPending()
                * open.size()
                / (2L * server.subscriptions().size());
        reserved.keep((int) Math.max(open.size(), Math.min(room, fair)));
        int most = Math.min(open.size(), reserved.left());
        if (most == 0) {
            return 0;
        }
        quiet = most == open.size();
        boolean scarce = !quiet || !server.held().hasRoom();
        Duration block = server.settings().readBlock();
        int count = Math.max(1, Math.min(room, reserved.left()) / most);
        int got = read(open.subList(0, most), count, scarce ? Custody.shorter(block, SHORT) : block, reserved);
        quiet &= got == 0;
        return got;
    }

    private int read(List<Subscription> asked, int count, Duration block, Held.Reservation reserved)
            throws InterruptedException {
        long startedAt = ticker.getAsLong();
        Map<String, List<StreamEntry>> fetched;
        Map<Subscription, RuntimeException> failures = Map.of();
        try {
            StreamReader.Answer answer =
                    reader.begin(asked.stream().map(s -> s.name().stream()).toList(), count, block);
            failures = openArrived(asked);
            fetched = answer.await();
        } catch (RedisFaultException e) {
            int got = failed(asked, count, reserved, e);
            failures.forEach(this::broken);
            return got;
        }
        vanished.removeAll(asked);
        asked.forEach(subscription -> subscription.quietTime().heard());
        int got = arrivals.put(asked, fetched, startedAt, reserved);
        failures.forEach(this::broken);
        return got;
    }

    /** Opens what came before, while Redis works on what was asked for now. */
    private Map<Subscription, RuntimeException> openArrived(List<Subscription> asked) throws InterruptedException {
        try {
            return arrivals.open();
        } catch (InterruptedException | Error e) {
            asked.forEach(subscription -> subscription.incoming().answerLost());
            throw e;
        }
    }

    /** Leaves it alone for a while, if it is one of several; throws what concerns all of them. */
    private void broken(Subscription subscription, RuntimeException failure) {
        if (failure instanceof RedisFaultException e && (e.fault().passing() || subscriptions.size() == 1)) {
            subscription.quietTime().beginWhenHeard();
            throw failure;
        }
        if (subscriptions.size() == 1) {
            throw failure;
        }
        log.warn("{}: left alone for a while, it failed: {}", subscription.name(), String.valueOf(failure));
        log.debug("{}: failed", subscription.name(), failure);
        subscription.rest();
    }

    private int failed(List<Subscription> asked, int count, Held.Reservation reserved, RedisFaultException e)
            throws InterruptedException {
        if (e.fault().outcomeUnknown()) {
            asked.forEach(subscription -> subscription.incoming().answerLost());
        }
        if (e.fault().passing()) {
            asked.forEach(subscription -> subscription.quietTime().beginWhenHeard());
            throw e;
        }
        if (asked.size() == 1) {
            refused(asked.get(0), e);
            return 0;
        }
        // One stream that cannot be read must not keep the others from being read.
        int got = 0;
        for (Subscription subscription : asked) {
            got += reserved.left() == 0
                    ? 0
                    : read(List.of(subscription), Math.min(count, reserved.left()), Duration.ZERO, reserved);
        }
        return got;
    }

    /** A group that is gone is created again; if it goes again before it could be read once, not at once. */
    private void refused(Subscription subscription, RedisFaultException e) {
        if (e.fault().kind() != RedisFault.Kind.NOGROUP) {
            broken(subscription, e);
            return;
        }
        subscription.keeper().recreate();
        if (!vanished.add(subscription)) {
            log.warn("{}: its group went again, left alone for a while", subscription.name());
            subscription.rest();
        }
    }

    @Override
    public void wakeUp() {
        reader.unblock();
    }
}
