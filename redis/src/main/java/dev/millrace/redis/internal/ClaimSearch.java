package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.list;
import static dev.millrace.redis.internal.Replies.text;

import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the claims of entries whose content is gone, and with it their keys, by the entries that hold them, and releases them.
 * It looks through whole buckets: only for what was lost.
 */
final class ClaimSearch {

    /** Beyond, the rest stays claimed until its window has passed. */
    private static final long MOST_LOOKED_AT = 200_000;

    private static final int PAGE = 1_000;
    private static final byte[] START = bytes(0);

    private final ClaimLayout layout;
    private final Caller caller;

    ClaimSearch(ClaimLayout layout, Caller caller) {
        this.layout = layout;
        this.caller = caller;
    }

    /** How many claims of these entries were found and released. */
    long release(ClaimKeys names, ClaimIndex index, Collection<StreamId> entries) {
        Set<StreamId> wanted = new HashSet<>(entries);
        Set<ClaimPart> parts = new HashSet<>();
        for (StreamId entry : wanted) {
            long bucket = layout.bucket(entry);
            parts.addAll(index.between(bucket, bucket));
        }
        Progress progress = new Progress(wanted);
        for (ClaimPart part : parts) {
            for (byte[] map : names.maps(part)) {
                if (progress.lookedAt >= MOST_LOOKED_AT) {
                    return progress.released;
                }
                search(part, map, progress);
            }
        }
        return progress.released;
    }

    private static final class Progress {
        private final Set<StreamId> wanted;
        private long lookedAt;
        private long released;

        Progress(Set<StreamId> wanted) {
            this.wanted = wanted;
        }
    }

    private void search(ClaimPart part, byte[] map, Progress progress) {
        byte[] cursor = START;
        do {
            List<Object> page = caller.call(
                    CommandType.HSCAN,
                    Call.args().addKey(map).add(cursor).add("COUNT").add(PAGE));
            cursor = (byte[]) page.get(0);
            List<Object> claims = list(page.get(1));
            List<byte[]> keys = new ArrayList<>();
            List<byte[]> args = new ArrayList<>();
            for (int i = 0; i < claims.size(); i += 2) {
                byte[] value = (byte[]) claims.get(i + 1);
                if (progress.wanted.contains(
                        layout.holder(part.bucket(), text(value)).id())) {
                    keys.add(map);
                    args.addAll(List.of(bytes(1), (byte[]) claims.get(i), value));
                }
            }
            if (!keys.isEmpty()) {
                progress.released +=
                        Replies.number(caller.script(Script.RELEASE, keys, args).get(0));
            }
            progress.lookedAt += claims.size() / 2;
        } while (!text(cursor).equals("0"));
    }
}
