package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;

import java.util.ArrayList;
import java.util.List;

/** The names of the keys that hold a group's claims. Immutable. */
final class ClaimKeys {

    private final ClaimLayout layout;
    private final byte[] epochKey;
    private final String prefix;

    ClaimKeys(ClaimLayout layout, CompanionKeys keys, String group, String epoch) {
        this.layout = layout;
        this.epochKey = bytes(keys.epoch(group));
        this.prefix = keys.claims(group, epoch) + layout.name();
    }

    byte[] epoch() {
        return epochKey;
    }

    byte[] index() {
        return bytes(prefix + "index");
    }

    byte[] map(ClaimPart part, int shard) {
        return bytes(prefix + part + ':' + shard);
    }

    /** All maps of a part. */
    List<byte[]> maps(ClaimPart part) {
        List<byte[]> maps = new ArrayList<>(layout.shards());
        for (int shard = 0; shard < layout.shards(); shard++) {
            maps.add(map(part, shard));
        }
        return maps;
    }
}
