package dev.millrace.redis.internal;

import java.time.Duration;

/**
 * Which bucket an idempotency claim lies in, and which buckets may hold its rival: pure arithmetic over entry ids.
 *
 * <p>A bucket covers a quarter of the window, so that a rival lies at most {@value #REACH} buckets away on either side. Each
 * is split into shards by the key, so that no field map grows past some 80,000 fields. Ids are unsigned 64-bit numbers of
 * any size.
 *
 * @param windowMillis how far two entries with one key may be apart and still be duplicates
 * @param bucketMillis the length of a bucket
 * @param shards maps a bucket, a power of two
 */
record ClaimLayout(long windowMillis, long bucketMillis, int shards) {

    /** How many buckets a rival may be away. */
    static final int REACH = 4;

    private static final long FIELDS_A_MAP = 80_000;
    private static final int MOST_SHARDS = 1 << 16;

    static ClaimLayout of(Duration window, long maxRecords) {
        long windowMillis = Math.max(0, window.toMillis());
        long bucketMillis = Math.max(1, windowMillis / REACH + (windowMillis % REACH == 0 ? 0 : 1));
        int shards = 1;
        while (shards < MOST_SHARDS && maxRecords / shards > FIELDS_A_MAP) {
            shards *= 2;
        }
        return new ClaimLayout(windowMillis, bucketMillis, shards);
    }

    /** The number of the bucket that an entry's claim lies in, unsigned. */
    long bucket(StreamId id) {
        return Long.divideUnsigned(id.millis(), bucketMillis);
    }

    /** The lowest bucket that may hold a rival of a claim in this one. */
    long lowest(long bucket) {
        return Long.compareUnsigned(bucket, REACH) < 0 ? 0 : bucket - REACH;
    }

    /** The highest bucket that may hold a rival of a claim in this one. */
    long highest(long bucket) {
        long last = Long.divideUnsigned(-1L, bucketMillis);
        return Long.compareUnsigned(bucket, last - REACH) > 0 ? last : bucket + REACH;
    }

    /** What stands in the map for an entry: {@code <milliseconds after the bucket's start>-<sequence>}. */
    String value(StreamId id) {
        return Long.remainderUnsigned(id.millis(), bucketMillis) + "-" + Long.toUnsignedString(id.sequence());
    }

    /** The entry that a value in a bucket stands for. */
    StreamId holder(long bucket, String value) {
        StreamId relative = StreamId.parse(value);
        return new StreamId(bucket * bucketMillis + relative.millis(), relative.sequence());
    }

    int shard(byte[] key) {
        return (((key[0] & 0xff) << 8) | (key[1] & 0xff)) & (shards - 1);
    }

    /**
     * How long a bucket lives after the last write to it. Its last possible hit is a window after its end on the stream's own
     * clock; the second window is for consumers that are behind by as much.
     */
    long timeToLiveMillis() {
        return bucketMillis + 2 * windowMillis;
    }

    /** The last part of a map's name; servers that are configured differently do not share maps. */
    String map(long bucket, int shard) {
        return bucketMillis + "x" + shards + ':' + Long.toUnsignedString(bucket) + ':' + shard;
    }
}
