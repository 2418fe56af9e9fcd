package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.number;
import static dev.millrace.redis.internal.Replies.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of the claim script: the keys and arguments for claims whose buckets lie close together, and the meaning of the
 * reply. Confined to one thread.
 */
final class ClaimCall {

    private final ClaimLayout layout;
    private final List<Claim> claims;
    private final List<Integer> order;
    private final long low;
    private final int buckets;

    /**
     * Takes some of the claims.
     *
     * @param positions those to be made here, ascending by entry id
     */
    ClaimCall(ClaimLayout layout, List<Claim> claims, List<Integer> positions) {
        this.layout = layout;
        this.claims = claims;
        this.low = layout.lowest(layout.bucket(claims.get(positions.get(0)).id()));
        long high = layout.highest(
                layout.bucket(claims.get(positions.get(positions.size() - 1)).id()));
        this.buckets = (int) (high - low + 1);
        this.order = new ArrayList<>(positions);
        order.sort(Comparator.comparingInt(this::shard));
    }

    /** The epoch's key, then for each shard in use all buckets in turn. */
    List<byte[]> keys(String epochKey, String mapPrefix) {
        List<byte[]> keys = new ArrayList<>();
        keys.add(bytes(epochKey));
        int last = -1;
        for (int position : order) {
            int shard = shard(position);
            if (shard != last) {
                last = shard;
                for (int b = 0; b < buckets; b++) {
                    keys.add(bytes(mapPrefix + layout.map(low + b, shard)));
                }
            }
        }
        return keys;
    }

    /** What the script says it takes. */
    List<byte[]> args(String epoch) {
        List<byte[]> args = new ArrayList<>(5 + 4 * order.size());
        args.add(bytes(epoch));
        args.add(bytes(layout.windowMillis()));
        args.add(bytes(layout.bucketMillis()));
        args.add(bytes(layout.timeToLiveMillis()));
        args.add(bytes(buckets));
        for (int from = 0; from < order.size(); ) {
            int to = endOfShard(from);
            args.add(bytes(to - from));
            for (; from < to; from++) {
                Claim claim = claims.get(order.get(from));
                args.add(claim.key());
                args.add(bytes(layout.bucket(claim.id()) - low));
                args.add(bytes(layout.value(claim.id())));
            }
        }
        return args;
    }

    /** Notes which claims others hold, at their positions. */
    void read(List<Object> taken, @Nullable StreamId[] holders) {
        for (int i = 0; i < taken.size(); i += 3) {
            int position = order.get((int) number(taken.get(i)));
            holders[position] = layout.holder(low + number(taken.get(i + 1)), text(taken.get(i + 2)));
        }
    }

    private int endOfShard(int from) {
        int to = from;
        while (to < order.size() && shard(order.get(to)) == shard(order.get(from))) {
            to++;
        }
        return to;
    }

    private int shard(int position) {
        return layout.shard(claims.get(position).key());
    }
}
