package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.number;
import static dev.millrace.redis.internal.Replies.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of the claim script: the keys and arguments for some claims, and the meaning of the reply. Claims of one bucket, one
 * shard and one window are a section. Confined to one thread.
 */
final class ClaimCall {

    private final ClaimLayout layout;
    private final ClaimIndex index;
    private final List<KeyClaim> claims;
    private final List<Integer> order;
    // By position; sorting asks for them often.
    private final long[] buckets;
    private final int[] shards;
    private final List<Section> sections = new ArrayList<>();

    /**
     * Claims from {@code from} to before {@code to}, in the order of the call.
     *
     * @param parts the one to write to, then the others to look into
     */
    private record Section(int from, int to, List<ClaimPart> parts) {}

    /**
     * Takes some of the claims.
     *
     * @param positions those to be made here
     */
    ClaimCall(ClaimLayout layout, ClaimIndex index, List<KeyClaim> claims, List<Integer> positions) {
        this.layout = layout;
        this.index = index;
        this.claims = claims;
        this.order = new ArrayList<>(positions);
        this.buckets = new long[claims.size()];
        this.shards = new int[claims.size()];
        for (int position : positions) {
            buckets[position] = layout.bucket(claims.get(position).id());
            shards[position] = layout.shard(claims.get(position).key());
        }
        order.sort(this::compare);
        for (int from = 0; from < order.size(); ) {
            int to = endOfSection(from);
            sections.add(new Section(from, to, parts(bucket(order.get(from)))));
            from = to;
        }
    }

    private int compare(int one, int other) {
        int byBucket = Long.compare(bucket(one), bucket(other));
        if (byBucket != 0) {
            return byBucket;
        }
        int byShard = Integer.compare(shard(one), shard(other));
        return byShard != 0 ? byShard : Long.compare(window(one), window(other));
    }

    private int endOfSection(int from) {
        int first = order.get(from);
        int to = from + 1;
        while (to < order.size()
                && bucket(order.get(to)) == bucket(first)
                && shard(order.get(to)) == shard(first)
                && window(order.get(to)) == window(first)) {
            to++;
        }
        return to;
    }

    private List<ClaimPart> parts(long bucket) {
        ClaimPart own = index.newest(bucket);
        List<ClaimPart> parts = new ArrayList<>();
        parts.add(own);
        for (ClaimPart part : index.between(ClaimLayout.lowest(bucket), layout.highest(bucket))) {
            if (!part.equals(own)) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** The epoch's key, the index, then for each section its maps. */
    List<byte[]> keys(ClaimKeys names) {
        List<byte[]> keys = new ArrayList<>(2 + 4 * sections.size());
        keys.add(names.epoch());
        keys.add(names.index());
        for (Section section : sections) {
            int shard = shard(order.get(section.from()));
            section.parts().forEach(part -> keys.add(names.map(part, shard)));
        }
        return keys;
    }

    /** What the script says it takes. */
    List<byte[]> args(String freshVersion) {
        List<byte[]> args = new ArrayList<>(5 + 8 * sections.size() + 2 * order.size());
        args.add(bytes(index.epoch()));
        args.add(bytes(index.version()));
        args.add(bytes(layout.timeToLiveMillis()));
        args.add(bytes(layout.partRecords()));
        args.add(bytes(freshVersion));
        sections.forEach(section -> add(section, args));
        return args;
    }

    private void add(Section section, List<byte[]> args) {
        List<ClaimPart> parts = section.parts();
        args.add(bytes(parts.get(0).toString()));
        args.add(bytes(window(order.get(section.from()))));
        args.add(bytes(parts.size()));
        args.add(bytes(section.to() - section.from()));
        for (ClaimPart part : parts.subList(1, parts.size())) {
            args.add(bytes((part.bucket() - parts.get(0).bucket()) * layout.bucketMillis()));
        }
        List<Integer> positions = order.subList(section.from(), section.to());
        positions.forEach(position -> args.add(claims.get(position).key()));
        positions.forEach(position -> args.add(layout.value(claims.get(position))));
    }

    /** Notes which claims others hold, at their positions. */
    void read(List<Object> taken, @Nullable KeyHolder[] holders) {
        int at = 0;
        for (int i = 0; i < taken.size(); i += 3) {
            int place = (int) number(taken.get(i));
            // The script goes from section to section.
            while (place >= sections.get(at).to()) {
                at++;
            }
            ClaimPart part = sections.get(at).parts().get((int) number(taken.get(i + 1)));
            holders[order.get(place)] = layout.holder(part.bucket(), text(taken.get(i + 2)));
        }
    }

    private long bucket(int position) {
        return buckets[position];
    }

    private int shard(int position) {
        return shards[position];
    }

    private long window(int position) {
        return claims.get(position).windowMillis();
    }
}
