package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.id;
import static dev.millrace.redis.internal.Replies.list;
import static dev.millrace.redis.internal.Replies.number;
import static dev.millrace.redis.internal.Replies.text;

import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a group's claims within their bounds: whole parts go, the oldest first. Thread-safe. */
final class ClaimUpkeep {

    private static final Logger log = LoggerFactory.getLogger(ClaimUpkeep.class);

    /** Beyond, those of a thin old backlog go: their buckets lie far behind what is read now. */
    private static final int MOST_PARTS = 2_000;

    private static final int PARTS_A_CALL = 100;
    private static final long NO_LIMIT = -1;

    private final GroupOptions options;
    private final ClaimLayout layout;
    private final Caller caller;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong drops = new AtomicLong();

    ClaimUpkeep(GroupOptions options, ClaimLayout layout, Caller caller) {
        this.options = options;
        this.layout = layout;
        this.caller = caller;
    }

    boolean due(ClaimIndex index) {
        return index.total() > options.maxRecords() || index.parts().size() > MOST_PARTS;
    }

    /** Brings records and parts below their limits again. */
    void shrink(ClaimKeys names, ClaimIndex index) {
        List<ClaimPart> oldestFirst = List.copyOf(index.parts());
        if (index.total() > options.maxRecords()) {
            long gone = forget(names, oldestFirst, options.maxRecords());
            if (gone > 0) {
                warn(gone);
            }
        }
        if (oldestFirst.size() > MOST_PARTS) {
            forget(names, oldestFirst.subList(0, oldestFirst.size() - MOST_PARTS / 2), NO_LIMIT);
        }
    }

    private void warn(long gone) {
        long all = dropped.addAndGet(gone);
        // Said at 1, 2, 4, 8 … times: with a small limit it is often.
        if (Long.bitCount(drops.incrementAndGet()) == 1) {
            log.warn(
                    "idempotency of group {} of stream {}: more than maxRecords, {}; the oldest {} are forgotten ({} so far): "
                            + "copies of these would be handled again. Raise maxRecords or shorten the window, {} ms",
                    options.group(),
                    options.stream(),
                    options.maxRecords(),
                    gone,
                    all,
                    layout.windowMillis());
        }
    }

    long dropped() {
        return dropped.get();
    }

    /** Below the oldest pending entry, or else the last delivered one, nobody will claim any more. */
    long sweep(ClaimKeys names, ClaimIndex index) {
        StreamId floor = floor();
        if (floor == null) {
            return 0;
        }
        return forget(
                names,
                index.parts().stream()
                        .filter(part -> layout.outOfReach(part.bucket(), floor.millis()))
                        .toList(),
                NO_LIMIT);
    }

    long forgetBefore(ClaimKeys names, ClaimIndex index, long millis) {
        long now = Long.divideUnsigned(millis, layout.bucketMillis());
        return forget(
                names,
                index.parts().stream()
                        .filter(part -> Long.compareUnsigned(part.bucket(), now) < 0)
                        .toList(),
                NO_LIMIT);
    }

    private @Nullable StreamId floor() {
        byte[] stream = bytes(options.stream());
        StreamId delivered = null;
        for (Object row :
                caller.call(CommandType.XINFO, Call.args().add("GROUPS").addKey(stream))) {
            List<Object> group = list(row);
            if (options.group().equals(text(member(group, "name")))) {
                delivered = id(member(group, "last-delivered-id"));
            }
        }
        // In this order: what is delivered in between has a higher id.
        Object oldestPending = caller.call(
                        CommandType.XPENDING, Call.args().addKey(stream).add(options.group()))
                .get(1);
        if (delivered == null || oldestPending == null) {
            return delivered;
        }
        StreamId pending = id(oldestPending);
        return pending.compareTo(delivered) < 0 ? pending : delivered;
    }

    private static Object member(List<Object> namesAndValues, String name) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (name.equals(text(namesAndValues.get(i)))) {
                return namesAndValues.get(i + 1);
            }
        }
        throw new IllegalStateException("Redis did not tell the group's " + name);
    }

    private long forget(ClaimKeys names, Collection<ClaimPart> parts, long above) {
        List<ClaimPart> all = List.copyOf(parts);
        long removed = 0;
        for (int from = 0; from < all.size(); from += PARTS_A_CALL) {
            List<ClaimPart> some = all.subList(from, Math.min(all.size(), from + PARTS_A_CALL));
            List<byte[]> keys = new ArrayList<>(List.of(names.index()));
            List<byte[]> args =
                    new ArrayList<>(List.of(bytes(Claims.freshVersion()), bytes(layout.shards()), bytes(above)));
            for (ClaimPart part : some) {
                keys.addAll(names.maps(part));
                args.add(bytes(part.toString()));
            }
            removed += number(caller.script(Script.FORGET, keys, args).get(0));
        }
        return removed;
    }

    /** Asks for the size of each map; the sum is an estimate, since Redis looks at a few fields of each. */
    ClaimRecords records(ClaimKeys names, ClaimIndex index) {
        long occupied = 0;
        for (ClaimPart part : index.parts()) {
            for (byte[] map : names.maps(part)) {
                Object size = caller.call(
                                CommandType.MEMORY, Call.args().add("USAGE").addKey(map))
                        .get(0);
                occupied += size == null ? 0 : number(size);
            }
        }
        long oldest = index.parts().isEmpty() ? -1 : index.parts().first().bucket() * layout.bucketMillis();
        return new ClaimRecords(index.total(), occupied, oldest);
    }
}
