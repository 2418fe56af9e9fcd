package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.text;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which parts there are, as Redis said at some moment; the claim script refuses whoever has missed a change. Immutable.
 *
 * @param epoch the group's life that it belongs to
 * @param total how many records were counted when it was read
 */
record ClaimIndex(String epoch, String version, NavigableSet<ClaimPart> parts, long total) {

    private static final String VERSION = "version";
    private static final String TOTAL = "total";

    /** What is known before Redis was asked; also what Redis answers before the first claim. */
    static ClaimIndex empty(String epoch) {
        return new ClaimIndex(epoch, "0", new TreeSet<>(), 0);
    }

    /** The index's fields and values in turn. */
    static ClaimIndex of(String epoch, List<Object> fields) {
        String version = "0";
        long total = 0;
        NavigableSet<ClaimPart> parts = new TreeSet<>();
        for (int i = 0; i < fields.size(); i += 2) {
            String field = text(fields.get(i));
            switch (field) {
                case VERSION -> version = text(fields.get(i + 1));
                case TOTAL -> total = Long.parseLong(text(fields.get(i + 1)));
                default -> parts.add(ClaimPart.parse(field));
            }
        }
        return new ClaimIndex(epoch, version, parts, total);
    }

    /** After a call of the claim script that brought these new parts. */
    ClaimIndex after(String newVersion, long newTotal, List<Object> newParts) {
        NavigableSet<ClaimPart> all = parts;
        if (!newParts.isEmpty()) {
            all = new TreeSet<>(parts);
            for (Object part : newParts) {
                all.add(ClaimPart.parse(text(part)));
            }
        }
        return new ClaimIndex(epoch, newVersion, all, newTotal);
    }

    /** The part of a bucket that is written to. */
    ClaimPart newest(long bucket) {
        ClaimPart last = parts.floor(new ClaimPart(bucket, Integer.MAX_VALUE));
        return last != null && last.bucket() == bucket ? last : new ClaimPart(bucket, 0);
    }

    /** The parts of these buckets, ascending. */
    NavigableSet<ClaimPart> between(long lowest, long highest) {
        return parts.subSet(new ClaimPart(lowest, 0), true, new ClaimPart(highest, Integer.MAX_VALUE), true);
    }
}
