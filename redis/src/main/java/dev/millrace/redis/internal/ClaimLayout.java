package dev.millrace.redis.internal;

import java.time.Duration;
import java.util.Arrays;

/**
 * Which bucket an idempotency claim lies in, and which buckets may hold its rival: pure arithmetic over entry ids.
 *
 * <p>A bucket covers half of the longest window, so that a rival lies at most {@value #REACH} buckets away on either side; it
 * consists of parts, half of all records at most in each, and each part of maps by the key, so that no map grows past some
 * 90,000 fields. Each part in reach costs a claim about a microsecond of Redis, which speaks for few; that a part is what goes
 * at the limit speaks for more. Ids are unsigned 64-bit numbers of any size.
 *
 * @param bucketMillis the length of a bucket
 * @param shards maps a part, a power of two
 * @param partRecords how many records a part takes before it gets a successor
 */
record ClaimLayout(long windowMillis, long bucketMillis, int shards, long partRecords) {

    /** How many buckets a rival may be away. */
    static final int REACH = 2;

    private static final int PARTS = 2;
    private static final long FIELDS_A_MAP = 90_000;
    private static final int MOST_SHARDS = 1 << 8;
    private static final int BASE = Character.MAX_RADIX;

    /** Of 64 bits, to the base 36. */
    private static final int MOST_DIGITS = 13;

    private static final String GIVEN_UP = "!";

    static ClaimLayout of(Duration window, long maxRecords) {
        long windowMillis = Math.max(0, window.toMillis());
        long bucketMillis = Math.max(1, windowMillis / REACH + windowMillis % REACH);
        long partRecords = Math.max(1, maxRecords / PARTS);
        int shards = 1;
        while (shards < MOST_SHARDS && partRecords / shards > FIELDS_A_MAP) {
            shards *= 2;
        }
        return new ClaimLayout(windowMillis, bucketMillis, shards, Math.min(partRecords, FIELDS_A_MAP * shards));
    }

    /** The number of the bucket that an entry's claim lies in, unsigned. */
    long bucket(StreamId id) {
        return Long.divideUnsigned(id.millis(), bucketMillis);
    }

    /** The lowest bucket that may hold a rival of a claim in this one. */
    static long lowest(long bucket) {
        return Long.compareUnsigned(bucket, REACH) < 0 ? 0 : bucket - REACH;
    }

    /** The highest bucket that may hold a rival of a claim in this one. */
    long highest(long bucket) {
        long last = Long.divideUnsigned(-1L, bucketMillis);
        return Long.compareUnsigned(bucket, last - REACH) > 0 ? last : bucket + REACH;
    }

    /** Whether no claim for an entry of these milliseconds or later can find a rival in the bucket. */
    boolean outOfReach(long bucket, long millis) {
        return Long.compareUnsigned(Long.divideUnsigned(millis, bucketMillis), highest(bucket)) > 0;
    }

    /** What stands in the map: {@code <milliseconds after the bucket's start>-<sequence>-<event tag>}, to the base 36. */
    byte[] value(KeyClaim claim) {
        byte[] text = new byte[MOST_DIGITS * 3 + 2];
        int at = writeBefore(text.length, text, claim.eventTag());
        text[--at] = '-';
        at = writeBefore(at, text, claim.id().sequence());
        text[--at] = '-';
        at = writeBefore(at, text, Long.remainderUnsigned(claim.id().millis(), bucketMillis));
        return Arrays.copyOfRange(text, at, text.length);
    }

    /** Writes an unsigned number so that it ends before this place; where it begins. */
    private static int writeBefore(int end, byte[] text, long number) {
        int at = end;
        long left = number;
        do {
            text[--at] = (byte) Character.forDigit((int) Long.remainderUnsigned(left, BASE), BASE);
            left = Long.divideUnsigned(left, BASE);
        } while (left != 0);
        return at;
    }

    /** Whether a value only says that its entry was given up: it holds the key against itself, and against nobody else. */
    static boolean givenUp(String value) {
        return value.startsWith(GIVEN_UP);
    }

    /** The entry that a value in a bucket stands for. */
    KeyHolder holder(long bucket, String text) {
        String value = givenUp(text) ? text.substring(GIVEN_UP.length()) : text;
        int first = value.indexOf('-');
        int second = value.indexOf('-', first + 1);
        long offset = Long.parseLong(value, 0, first, BASE);
        long sequence = Long.parseUnsignedLong(value, first + 1, second, BASE);
        int tag = Integer.parseInt(value, second + 1, value.length(), BASE);
        return new KeyHolder(new StreamId(bucket * bucketMillis + offset, sequence), tag);
    }

    int shard(byte[] key) {
        return key[0] & (shards - 1);
    }

    /**
     * How long a part lives after the last write to it, if nobody removes it earlier, as those who read the stream do. Its last
     * hit comes when the group has read a window further: a day longer than it takes a group that keeps up.
     */
    long timeToLiveMillis() {
        return bucketMillis + windowMillis + Duration.ofDays(1).toMillis();
    }

    /** Begins the names of all keys; servers that are configured differently do not share any. */
    String name() {
        return bucketMillis + "x" + shards + ':';
    }
}
