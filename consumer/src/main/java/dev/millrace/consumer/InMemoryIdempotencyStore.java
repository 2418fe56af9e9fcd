package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.internal.Checks;
import dev.millrace.redis.internal.StreamId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Idempotency records of one process: bounded by their number, and removed a day after their window. Thread-safe. */
final class InMemoryIdempotencyStore implements IdempotencyStore {

    private static final Logger log = LoggerFactory.getLogger(InMemoryIdempotencyStore.class);

    /** As long as Redis keeps them: a copy that is read late must still find its holder. */
    private static final Duration KEPT_BEYOND_WINDOW = Duration.ofDays(1);

    private final int maxRecords;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    // In the order of the last claim, so that the oldest come first.
    private final Map<Key, Holders> records = new LinkedHashMap<>();
    private int size;
    private long forgotten;

    private record Key(String stream, String group, ByteBuffer key) {

        static Key of(Claim claim) {
            Delivery delivery = claim.delivery();
            return new Key(delivery.stream(), delivery.group(), ByteBuffer.wrap(claim.key()));
        }
    }

    private record Held(StreamId id, String eventId) {}

    /** All that hold one key, further apart than their window: one, nearly always. */
    private static final class Holders {
        private final List<Held> all = new ArrayList<>(1);
        private long keptUntil;
    }

    InMemoryIdempotencyStore(int maxRecords, InstantSource clock) {
        Checks.between("maxRecords", maxRecords, 1, 100_000_000);
        this.maxRecords = maxRecords;
        this.clock = clock;
    }

    @Override
    public List<@Nullable Holder> claim(List<Claim> claims) {
        @Nullable Holder[] answers = new Holder[claims.size()];
        List<StreamId> ids = claims.stream().map(InMemoryIdempotencyStore::id).toList();
        List<Integer> lowestFirst = IntStream.range(0, claims.size())
                .boxed()
                .sorted(Comparator.comparing(ids::get))
                .toList();
        lock.lock();
        try {
            long now = clock.millis();
            forgetOld(now);
            // Two events of one entry may have one key: then the second is a duplicate, though of its own entry.
            Map<Key, StreamId> wonNow = new LinkedHashMap<>();
            for (int i : lowestFirst) {
                Key key = Key.of(claims.get(i));
                StreamId id = ids.get(i);
                answers[i] = claim(claims.get(i), key, id, id.equals(wonNow.get(key)), now);
                if (answers[i] == null) {
                    wonNow.put(key, id);
                }
            }
            forgetBeyondLimit();
        } finally {
            lock.unlock();
        }
        return Arrays.asList(answers);
    }

    private @Nullable Holder claim(Claim claim, Key key, StreamId id, boolean wonNow, long now) {
        String eventId = claim.delivery().header().id();
        Holders holders = records.remove(key);
        if (holders == null) {
            holders = new Holders();
        }
        records.put(key, holders);
        holders.keptUntil = Math.max(
                holders.keptUntil, now + claim.window().plus(KEPT_BEYOND_WINDOW).toMillis());
        Held rival = null;
        for (Held held : holders.all) {
            if (held.id().equals(id)) {
                return wonNow ? new Holder(id.toString(), held.eventId().equals(eventId)) : null;
            }
            if (Math.abs(held.id().millis() - id.millis()) <= claim.window().toMillis()) {
                rival = held;
            }
        }
        if (rival != null) {
            return new Holder(rival.id().toString(), rival.eventId().equals(eventId));
        }
        holders.all.add(new Held(id, eventId));
        size++;
        return null;
    }

    @Override
    public void release(List<Claim> claims) {
        lock.lock();
        try {
            for (Claim claim : claims) {
                Key key = Key.of(claim);
                Holders holders = records.get(key);
                StreamId id = id(claim);
                if (holders != null && holders.all.removeIf(held -> held.id().equals(id))) {
                    size--;
                    if (holders.all.isEmpty()) {
                        records.remove(key);
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static StreamId id(Claim claim) {
        return StreamId.parse(claim.delivery().entryId());
    }

    private void forgetOld(long now) {
        Iterator<Holders> oldest = records.values().iterator();
        while (oldest.hasNext()) {
            Holders holders = oldest.next();
            if (holders.keptUntil > now) {
                return;
            }
            oldest.remove();
            size -= holders.all.size();
        }
    }

    private void forgetBeyondLimit() {
        long before = forgotten;
        Iterator<Holders> oldest = records.values().iterator();
        while (size > maxRecords) {
            int gone = oldest.next().all.size();
            oldest.remove();
            size -= gone;
            forgotten += gone;
        }
        // Said at 1, 2, 4, 8 … records: at the limit each batch makes some go.
        if (Long.highestOneBit(before) != Long.highestOneBit(forgotten)) {
            log.warn(
                    "idempotency in memory: more than maxRecords, {}; the oldest are forgotten ({} so far): copies of these would "
                            + "be handled again. Raise maxRecords",
                    maxRecords,
                    forgotten);
        }
    }

    @Override
    public String toString() {
        return "memory";
    }

    /** How many there are. */
    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }
}
