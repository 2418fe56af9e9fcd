package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClaimLayoutTest {

    private final ClaimLayout layout = ClaimLayout.of(Duration.ofMinutes(5), 1_000_000);

    @Test
    void a_bucket_is_half_of_the_window_rounded_up() {
        assertThat(layout.bucketMillis()).isEqualTo(150_000);
        assertThat(ClaimLayout.of(Duration.ofMillis(5), 1).bucketMillis()).isEqualTo(3);
        assertThat(ClaimLayout.of(Duration.ZERO, 1).bucketMillis()).isEqualTo(1);
    }

    @Test
    void a_rival_inside_the_window_is_always_in_a_bucket_that_is_looked_into() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            ClaimLayout any = ClaimLayout.of(Duration.ofMillis(1 + random.nextInt(10_000)), 1);
            StreamId id = new StreamId(random.nextLong(), 0);
            long apart = random.nextLong(any.windowMillis() + 1);
            StreamId rival = new StreamId(random.nextBoolean() ? id.millis() + apart : id.millis() - apart, 0);
            if (distance(id, rival).compareTo(BigInteger.valueOf(any.windowMillis())) > 0) {
                continue; // beyond one of the ends
            }
            long bucket = any.bucket(id);
            assertThat(Long.compareUnsigned(any.bucket(rival), ClaimLayout.lowest(bucket)))
                    .isNotNegative();
            assertThat(Long.compareUnsigned(any.bucket(rival), any.highest(bucket)))
                    .isNotPositive();
        }
    }

    private static BigInteger distance(StreamId a, StreamId b) {
        return new BigInteger(Long.toUnsignedString(a.millis()))
                .subtract(new BigInteger(Long.toUnsignedString(b.millis())))
                .abs();
    }

    @Test
    void no_more_buckets_are_looked_into_than_the_window_reaches() {
        assertThat(layout.highest(1_000) - ClaimLayout.lowest(1_000) + 1).isEqualTo(5);
        assertThat(ClaimLayout.lowest(1)).isZero();
        long last = layout.bucket(new StreamId(-1, -1));
        assertThat(layout.highest(last)).isEqualTo(last);
        assertThat(layout.highest(last - 1)).isEqualTo(last);
    }

    @Test
    void a_value_tells_its_entry_and_its_event_again() {
        Random random = new Random(8);
        for (int i = 0; i < 10_000; i++) {
            KeyClaim claim = claim(random.nextLong(), random.nextLong(), random.nextInt(1 << 24));
            assertThat(layout.holder(layout.bucket(claim.id()), Replies.text(layout.value(claim))))
                    .isEqualTo(new KeyHolder(claim.id(), claim.eventTag()));
        }
        assertThat(Replies.text(layout.value(claim(1_700_000_000_123L, 4, 37)))).isEqualTo("12ob-4-11");
    }

    private static KeyClaim claim(long millis, long sequence, int tag) {
        return new KeyClaim(new StreamId(millis, sequence), new byte[16], tag, 0);
    }

    @Test
    void a_map_stays_below_a_hundred_thousand_fields() {
        for (long records : new long[] {1, 80_000, 80_001, 1_000_000, 10_000_000, 1_000_000_000}) {
            ClaimLayout sharded = ClaimLayout.of(Duration.ofMinutes(5), records);
            assertThat(sharded.partRecords() / sharded.shards()).isLessThan(100_000);
            assertThat(Integer.bitCount(sharded.shards())).isEqualTo(1);
        }
        assertThat(ClaimLayout.of(Duration.ofMinutes(5), Long.MAX_VALUE).shards())
                .isEqualTo(256);
    }

    @Test
    void keys_spread_evenly_over_the_shards() {
        Random random = new Random(9);
        int[] counts = new int[layout.shards()];
        byte[] key = new byte[16];
        for (int i = 0; i < 160_000; i++) {
            random.nextBytes(key);
            counts[layout.shard(key)]++;
        }
        assertThat(counts).hasSize(8);
        for (int count : counts) {
            assertThat(count).isBetween(19_300, 20_700);
        }
    }

    @Test
    void a_bucket_is_out_of_reach_only_for_entries_that_are_more_than_the_window_later() {
        Random random = new Random(10);
        for (int i = 0; i < 100_000; i++) {
            ClaimLayout any = ClaimLayout.of(Duration.ofMillis(1 + random.nextInt(10_000)), 1);
            long millis = random.nextLong(1L << 40);
            long later = millis + random.nextLong(any.windowMillis() + 1);
            long bucket = any.bucket(new StreamId(millis, 0));
            assertThat(any.outOfReach(bucket, later)).isFalse();
            assertThat(any.outOfReach(bucket, millis + 2 * any.windowMillis() + 4))
                    .isTrue();
        }
    }

    @Test
    void a_bucket_lives_longer_than_its_last_possible_hit() {
        assertThat(layout.timeToLiveMillis()).isGreaterThan(layout.bucketMillis() + layout.windowMillis());
    }
}
