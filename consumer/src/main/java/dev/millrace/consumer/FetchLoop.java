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
import java.util.List;
import java.util.Map;
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

    /** Of the room, so much stays for streams of lower priority. */
    private static final int SHARE_OF_OTHERS = 10;

    private final List<Subscription> subscriptions;
    private final StreamReader reader;
    private final ServerParts server;
    private final LongSupplier ticker;
    private final ReadAhead readAhead;
    private long lastReadAt;
    private boolean lastReadWasFull;
    private int turn;

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
        int room = server.work().awaitRoom(server.settings().concurrency(), readAhead.size(), ROOM_WAIT);
        Map<Priority, List<Subscription>> open = room == 0 ? Map.of() : open();
        if (open.isEmpty()) {
            return;
        }
        try (Held.Reservation reserved = server.held().reserve(room, ROOM_WAIT)) {
            if (reserved.left() > 0) {
                readAhead.roomAfter(ticker.getAsLong() - lastReadAt, lastReadWasFull);
                int most = reserved.left();
                int got = fetch(open, most);
                lastReadAt = ticker.getAsLong();
                lastReadWasFull = got >= most;
            }
        }
    }

    /** Those that may be read now; where there are none, after a while. */
    private Map<Priority, List<Subscription>> open() throws InterruptedException {
        Map<Priority, List<Subscription>> open = new EnumMap<>(Priority.class);
        for (Subscription subscription : subscriptions) {
            if (subscription.readable()) {
                open.computeIfAbsent(subscription.priority(), priority -> new ArrayList<>())
                        .add(subscription);
            }
        }
        if (open.isEmpty()) {
            subscriptions.get(0).awaitChange(Duration.ofNanos(ROOM_WAIT));
        }
        return open;
    }

    /** Where priorities differ, the higher are asked first; if nobody has anything, waits for the first that comes. */
    private int fetch(Map<Priority, List<Subscription>> open, int room) throws InterruptedException {
        int got = 0;
        if (open.size() > 1) {
            int levels = open.size();
            for (List<Subscription> level : open.values()) {
                levels--;
                int left = room - got - (levels == 0 ? 0 : Math.max(1, room / SHARE_OF_OTHERS));
                got += left > 0 ? read(level, left, Duration.ZERO) : 0;
            }
        }
        if (got == 0) {
            List<Subscription> all =
                    open.values().stream().flatMap(List::stream).toList();
            got = read(all, room, server.settings().readBlock());
        }
        return got;
    }

    private int read(List<Subscription> level, int room, Duration block) throws InterruptedException {
        List<Subscription> asked = inTurn(level, room);
        int count = Math.max(1, room / asked.size());
        long startedAt = ticker.getAsLong();
        Map<String, List<StreamEntry>> fetched;
        try {
            fetched = reader.read(asked.stream().map(s -> s.name().stream()).toList(), count, block);
        } catch (RedisFaultException e) {
            return failed(asked, count, e);
        }
        int got = 0;
        for (Subscription subscription : asked) {
            List<StreamEntry> entries = fetched.getOrDefault(subscription.name().stream(), List.of());
            got += entries.size();
            subscription.fetched(entries, startedAt);
        }
        return got;
    }

    /** All of them, or as many as there is room for, beginning with another one each time. */
    private List<Subscription> inTurn(List<Subscription> level, int room) {
        if (level.size() == 1) {
            return level;
        }
        List<Subscription> rotated = new ArrayList<>(level);
        Collections.rotate(rotated, turn++);
        return rotated.subList(0, Math.min(room, rotated.size()));
    }

    private int failed(List<Subscription> asked, int count, RedisFaultException e) throws InterruptedException {
        if (e.fault().kind() == RedisFault.Kind.NOGROUP) {
            asked.forEach(subscription -> subscription.keeper().recreate());
            return 0;
        }
        if (e.fault().passing() || asked.size() == 1) {
            asked.forEach(subscription -> subscription.quietTime().begin());
            throw e;
        }
        // One stream that cannot be read must not keep the others from being read.
        int got = 0;
        for (Subscription subscription : asked) {
            try {
                got += read(List.of(subscription), count, Duration.ZERO);
            } catch (RedisFaultException own) {
                log.warn("{}: cannot be read, left alone for a while: {}", subscription.name(), own.getMessage());
                subscription.rest();
            }
        }
        return got;
    }

    @Override
    public void wakeUp() {
        reader.unblock();
    }
}
