package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.redis.internal.KeyClaim;
import dev.millrace.redis.internal.KeyHolder;
import dev.millrace.redis.internal.StaleEpochException;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Idempotency records in the Redis that is read, of one stream and group. Thread-safe. */
final class RedisIdempotencyStore implements IdempotencyStore {

    private static final int MAX_BATCH = 1_000;

    private final StreamGroup group;
    private final GroupKeeper keeper;

    RedisIdempotencyStore(StreamGroup group, GroupKeeper keeper) {
        this.group = group;
        this.keeper = keeper;
    }

    /** Who has a key, and whether since this call. */
    private record Found(KeyHolder holder, boolean wonNow) {

        /** One that has the key since before may stand further on in the batch, and is no duplicate of itself. */
        boolean rivals(KeyClaim wish) {
            boolean near = Math.abs(holder.id().millis() - wish.id().millis()) <= wish.windowMillis();
            return near && (wonNow || !holder.id().equals(wish.id()));
        }
    }

    /** Claims under way, and what is known of them. */
    private static final class Round {
        private final List<KeyClaim> wishes;
        private final @Nullable Holder[] answers;

        Round(List<Claim> claims) {
            wishes = claims.stream().map(RedisIdempotencyStore::wish).toList();
            answers = new Holder[claims.size()];
        }
    }

    @Override
    public List<@Nullable Holder> claim(List<Claim> wanted) {
        Round round = new Round(wanted);
        List<Integer> undecided = IntStream.range(0, wanted.size())
                .boxed()
                .sorted(Comparator.comparing(i -> round.wishes.get(i).id()))
                .toList();
        while (!undecided.isEmpty()) {
            undecided = decide(round, undecided);
        }
        return Arrays.asList(round.answers);
    }

    /** Decides the lowest of each key, and its copies; those further away than the window, and what is too much, are left. */
    private List<Integer> decide(Round round, List<Integer> lowestFirst) {
        Map<ByteBuffer, Integer> firsts = new LinkedHashMap<>();
        List<Integer> repeated = new ArrayList<>();
        for (int i : lowestFirst) {
            boolean full = firsts.size() == MAX_BATCH;
            if (full || firsts.putIfAbsent(key(round, i), i) != null) {
                repeated.add(i);
            }
        }
        List<Integer> asked = List.copyOf(firsts.values());
        List<@Nullable KeyHolder> found =
                ask(asked.stream().map(round.wishes::get).toList());
        for (int at = 0; at < found.size(); at++) {
            KeyHolder holder = found.get(at);
            if (holder != null) {
                int i = asked.get(at);
                round.answers[i] = answer(holder, round.wishes.get(i));
            }
        }
        return repeated.isEmpty() ? repeated : left(round, repeated, holders(round, asked, found));
    }

    private static Map<ByteBuffer, Found> holders(Round round, List<Integer> asked, List<@Nullable KeyHolder> found) {
        Map<ByteBuffer, Found> holders = new HashMap<>();
        for (int at = 0; at < found.size(); at++) {
            int i = asked.get(at);
            KeyClaim wish = round.wishes.get(i);
            KeyHolder holder = found.get(at);
            if (holder == null) {
                holders.put(key(round, i), new Found(new KeyHolder(wish.id(), wish.eventTag()), true));
            } else if (!holder.id().equals(wish.id())) {
                holders.put(key(round, i), new Found(holder, false));
            } // else it is the mark of an event that was given up, and holds the key against its own entry alone
        }
        return holders;
    }

    private static List<Integer> left(Round round, List<Integer> repeated, Map<ByteBuffer, Found> holders) {
        List<Integer> left = new ArrayList<>();
        for (int i : repeated) {
            KeyClaim wish = round.wishes.get(i);
            Found found = holders.get(key(round, i));
            if (found != null && found.rivals(wish)) {
                round.answers[i] = answer(found.holder(), wish);
            } else {
                left.add(i);
            }
        }
        return left;
    }

    private static ByteBuffer key(Round round, int i) {
        return ByteBuffer.wrap(round.wishes.get(i).key());
    }

    private static Holder answer(KeyHolder holder, KeyClaim wish) {
        return new Holder(holder.id().toString(), holder.eventTag() == wish.eventTag());
    }

    private List<@Nullable KeyHolder> ask(List<KeyClaim> wishes) {
        try {
            return group.claims().claim(keeper.epoch(), wishes);
        } catch (StaleEpochException e) {
            keeper.recreate();
            return group.claims().claim(keeper.epoch(), wishes);
        }
    }

    @Override
    public void release(List<Claim> held) {
        for (int from = 0; from < held.size(); from += MAX_BATCH) {
            List<Claim> some = held.subList(from, Math.min(held.size(), from + MAX_BATCH));
            group.claims()
                    .release(
                            keeper.epoch(),
                            some.stream().map(RedisIdempotencyStore::wish).toList());
        }
    }

    @Override
    public String toString() {
        return "Redis";
    }

    /** The same claim, as Redis is told it. */
    static KeyClaim wish(Claim claim) {
        Delivery delivery = claim.delivery();
        StreamId id = delivery instanceof EventInFlight event ? event.entry().id() : StreamId.parse(delivery.entryId());
        String eventId = delivery instanceof EventInFlight event
                ? event.cameAs()
                : delivery.header().id();
        return new KeyClaim(
                id, claim.key(), KeyClaim.tagOf(eventId), claim.window().toMillis());
    }
}
