package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.list;
import static dev.millrace.redis.internal.Replies.text;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A group's idempotency claims in Redis. Thread-safe; every method throws {@link RedisFaultException}.
 *
 * <p>What is known of the index only moves forward, under a lock: whoever releases a claim knows all parts that there were when
 * it was made.
 */
public final class Claims {

    private static final int MOST_A_CALL = 1_000;

    /** How many buckets one script call may name; only a backlog that is old and thin needs more than one call. */
    private static final int MOST_BUCKETS_A_CALL = 32;

    private final GroupOptions options;
    private final CompanionKeys keys;
    private final ClaimLayout layout;
    private final Caller caller;
    private final ClaimUpkeep upkeep;
    private final ClaimSearch search;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile ClaimIndex index = ClaimIndex.empty("");

    Claims(GroupOptions options, CompanionKeys keys, Caller caller) {
        this.options = options;
        this.keys = keys;
        this.layout = ClaimLayout.of(options.window(), options.maxRecords());
        this.caller = caller;
        this.upkeep = new ClaimUpkeep(options, layout, caller);
        this.search = new ClaimSearch(layout, caller);
    }

    /**
     * Claims the keys in one script, at most 1,000: for each, null if its entry holds it now (also: held it before), else who
     * does. Equal keys within the call must have been settled before.
     *
     * @throws StaleEpochException if the group was recreated since the epoch was read
     */
    public List<@Nullable KeyHolder> claim(String epoch, List<KeyClaim> claims) {
        refuseTooMany(claims);
        @Nullable KeyHolder[] holders = new KeyHolder[claims.size()];
        List<Integer> order = IntStream.range(0, claims.size())
                .boxed()
                .sorted(Comparator.comparing(i -> claims.get(i).id()))
                .toList();
        lock.lock();
        try {
            for (int from = 0; from < order.size(); ) {
                int to = endOfCall(claims, order, from);
                claim(epoch, claims, order.subList(from, to), holders);
                from = to;
            }
        } finally {
            lock.unlock();
        }
        return Arrays.asList(holders);
    }

    private int endOfCall(List<KeyClaim> claims, List<Integer> order, int from) {
        int buckets = 1;
        int to = from + 1;
        while (to < order.size()) {
            if (bucketAt(claims, order, to) != bucketAt(claims, order, to - 1) && ++buckets > MOST_BUCKETS_A_CALL) {
                break;
            }
            to++;
        }
        return to;
    }

    private long bucketAt(List<KeyClaim> claims, List<Integer> order, int place) {
        return layout.bucket(claims.get(order.get(place)).id());
    }

    private void claim(String epoch, List<KeyClaim> claims, List<Integer> positions, @Nullable KeyHolder[] holders) {
        ClaimKeys names = names(epoch);
        while (true) {
            ClaimIndex known = known(epoch);
            ClaimCall call = new ClaimCall(layout, known, claims, positions);
            List<Object> reply = run(call.keys(names), call.args(freshVersion()));
            if (reply.size() == 1) {
                // Parts came or went. That is progress of others, so this ends.
                index = ClaimIndex.of(epoch, list(reply.get(0)));
                continue;
            }
            call.read(list(reply.get(2)), holders);
            ClaimIndex now = known.after(text(reply.get(0)), Long.parseLong(text(reply.get(1))), list(reply.get(3)));
            index = now;
            if (upkeep.due(now)) {
                upkeep.shrink(names, now);
            }
            return;
        }
    }

    private List<Object> run(List<byte[]> names, List<byte[]> args) {
        try {
            return caller.script(Script.CLAIM, names, args);
        } catch (RedisFaultException e) {
            if (e.fault().kind() == Kind.OTHER && e.fault().message().startsWith("STALE ")) {
                throw new StaleEpochException(options.stream(), options.group());
            }
            throw e;
        }
    }

    /** Releases those claims that the named entries still hold, whoever made them; at most 1,000. */
    public void release(String epoch, List<KeyClaim> claims) {
        refuseTooMany(claims);
        if (claims.isEmpty()) {
            return;
        }
        ClaimIndex current = read(epoch);
        List<byte[]> names = new ArrayList<>();
        List<byte[]> args = new ArrayList<>();
        for (KeyClaim claim : claims) {
            List<byte[]> maps = mapsOf(current, claim);
            names.addAll(maps);
            args.add(bytes(maps.size()));
            args.add(claim.key());
            args.add(valueOf(claim));
        }
        if (!names.isEmpty()) {
            caller.script(Script.RELEASE, names, args);
        }
    }

    /** Releases what these entries hold, which are gone with their content; how many claims. */
    public long releaseLost(String epoch, List<StreamId> entries) {
        return search.release(names(epoch), read(epoch), entries);
    }

    /** Who holds the key: of several, all further apart than the window, the last one; null if nobody does. */
    public @Nullable KeyHolder find(String epoch, byte[] key) {
        ClaimKeys names = names(epoch);
        for (ClaimPart part : read(epoch).parts().descendingSet()) {
            Object value = caller.call(
                            CommandType.HGET,
                            Call.args()
                                    .addKey(names.map(part, layout.shard(key)))
                                    .add(key))
                    .get(0);
            if (value != null && !ClaimLayout.givenUp(text(value))) {
                return layout.holder(part.bucket(), text(value));
            }
        }
        return null;
    }

    /** Removes what no entry that is pending or still to be read can be a duplicate of; how many records. */
    public long sweep(String epoch) {
        return upkeep.sweep(names(epoch), read(epoch));
    }

    /** Removes the records of buckets that ended before this time; how many. */
    public long forgetBefore(String epoch, long millis) {
        return upkeep.forgetBefore(names(epoch), read(epoch), millis);
    }

    /** How much there is. */
    public ClaimRecords records(String epoch) {
        return upkeep.records(names(epoch), read(epoch));
    }

    /** How many records went because there were too many, since this process began. */
    public long dropped() {
        return upkeep.dropped();
    }

    /** The maps that may hold this claim, which was made here. */
    List<byte[]> mapsOf(String epoch, KeyClaim claim) {
        ClaimIndex current = known(epoch);
        return mapsOf(current.parts().isEmpty() ? read(epoch) : current, claim);
    }

    private List<byte[]> mapsOf(ClaimIndex current, KeyClaim claim) {
        ClaimKeys names = names(current.epoch());
        long bucket = layout.bucket(claim.id());
        int shard = layout.shard(claim.key());
        return current.between(bucket, bucket).stream()
                .map(part -> names.map(part, shard))
                .toList();
    }

    /** What stands in that map. */
    byte[] valueOf(KeyClaim claim) {
        return layout.value(claim);
    }

    private ClaimIndex known(String epoch) {
        ClaimIndex current = index;
        return current.epoch().equals(epoch) ? current : ClaimIndex.empty(epoch);
    }

    private ClaimIndex read(String epoch) {
        return ClaimIndex.of(
                epoch,
                caller.call(CommandType.HGETALL, Call.args().addKey(names(epoch).index())));
    }

    private ClaimKeys names(String epoch) {
        return new ClaimKeys(layout, keys, options.group(), epoch);
    }

    /** Never the same again, so that an index that was lost and began anew is not taken for the old one. */
    static String freshVersion() {
        return Long.toString(UUID.randomUUID().getMostSignificantBits(), Character.MAX_RADIX);
    }

    private static void refuseTooMany(List<KeyClaim> claims) {
        if (claims.size() > MOST_A_CALL) {
            throw new IllegalArgumentException("claims: got " + claims.size() + "; at most " + MOST_A_CALL + " a call");
        }
    }
}
