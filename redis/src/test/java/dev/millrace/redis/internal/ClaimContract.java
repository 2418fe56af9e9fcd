package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Idempotency: of two entries with one key inside the window, one is handled. */
abstract class ClaimContract extends StreamGroupContract {

    private static final long WINDOW_MILLIS = WINDOW.toMillis();
    private static final long BUCKET = WINDOW_MILLIS / ClaimLayout.REACH;

    private static final long DAY = 86_400_000;

    private StreamId claim(StreamId id, int key) {
        return holder(ours.claims().claim(epoch, List.of(wish(id, key(key)))).get(0));
    }

    private static StreamId holder(KeyHolder holder) {
        return holder == null ? null : holder.id();
    }

    private static StreamId at(long millis) {
        return new StreamId(millis, 0);
    }

    @Test
    void a_key_belongs_to_the_first_and_stays_its_own() {
        StreamId first = new StreamId(1_700_000_000_000L, 7);
        StreamId second = new StreamId(1_700_000_000_000L, 8);

        assertThat(claim(first, 1)).isNull();
        assertThat(claim(second, 1)).isEqualTo(first);
        assertThat(claim(first, 1)).as("its own redelivery").isNull();
        assertThat(claim(second, 2)).as("another key").isNull();
    }

    @Test
    void copies_on_either_side_of_a_buckets_edge_are_handled_once_in_either_order() {
        StreamId before = new StreamId(BUCKET * 100 - 1, 0);
        StreamId after = new StreamId(BUCKET * 100, 0);

        assertThat(claim(before, 1)).isNull();
        assertThat(claim(after, 1)).isEqualTo(before);
        assertThat(claim(after, 2)).isNull();
        assertThat(claim(before, 2)).isEqualTo(after);
    }

    @Test
    void the_window_counts_to_the_millisecond() {
        StreamId first = at(BUCKET * 100 + 17);

        assertThat(claim(first, 1)).isNull();
        assertThat(claim(at(first.millis() + WINDOW_MILLIS + 1), 1)).isNull();
        assertThat(claim(first, 2)).isNull();
        assertThat(claim(at(first.millis() + WINDOW_MILLIS), 2)).isEqualTo(first);
        assertThat(claim(at(first.millis() - WINDOW_MILLIS), 2)).isEqualTo(first);
        assertThat(claim(at(first.millis() - WINDOW_MILLIS - 1), 2)).isNull();
    }

    @Test
    void ids_of_any_size_are_claimed() {
        int key = 0;
        for (long millis : new long[] {0, 1, BUCKET, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE, -BUCKET, -1}) {
            StreamId first = new StreamId(millis, -2);
            StreamId second = new StreamId(millis, -1);
            key++;
            assertThat(claim(first, key)).isNull();
            assertThat(claim(second, key)).as(first.toString()).isEqualTo(first);
        }
    }

    @Test
    void a_batch_from_all_over_the_stream_is_answered_in_order() {
        List<KeyClaim> claims = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            claims.add(wish(at((i * 7_919L % 1_000) * BUCKET), key(i)));
        }
        assertThat(ours.claims().claim(epoch, claims)).hasSize(1_000).containsOnlyNulls();

        List<KeyClaim> copies = claims.stream()
                .map(c -> wish(new StreamId(c.id().millis(), 1), c.key()))
                .toList();
        assertThat(theirs.claims().claim(epoch, copies).stream().map(ClaimContract::holder))
                .isEqualTo(claims.stream().map(KeyClaim::id).toList());
    }

    @Test
    void a_released_key_is_free_and_another_entrys_release_changes_nothing() {
        StreamId first = at(BUCKET * 50);
        StreamId second = at(BUCKET * 51);
        claim(first, 1);

        ours.claims().release(epoch, List.of(wish(second, key(1))));
        assertThat(claim(second, 1)).isEqualTo(first);
        ours.claims().release(epoch, List.of(wish(first, key(1)), wish(first, key(99))));
        assertThat(claim(second, 1)).isNull();
        assertThat(claim(first, 1)).isEqualTo(second);
    }

    @Test
    void a_recreated_group_starts_afresh_and_the_old_epoch_is_refused() {
        StreamId first = add();
        claim(first, 1);
        server().cli("XGROUP", "DESTROY", STREAM, GROUP);
        GroupState recreated = theirs.create("0");

        assertThat(recreated.created()).isTrue();
        assertThat(recreated.epoch()).isNotEqualTo(epoch);
        assertThat(theirs.create("0")).isEqualTo(new GroupState(false, recreated.epoch()));
        assertThatThrownBy(() -> claim(first, 1)).isInstanceOf(StaleEpochException.class);
        assertThat(theirs.claims().claim(recreated.epoch(), List.of(wish(add(), key(1)))))
                .containsOnlyNulls();
    }

    @Test
    void a_flushed_redis_is_not_taken_for_the_old_one() {
        server().cli("FLUSHALL");
        assertThatThrownBy(() -> claim(at(1), 1)).isInstanceOf(StaleEpochException.class);
    }

    @Test
    void claims_outlive_the_window_and_then_go() {
        claim(at(5), 1);

        assertThat(server().cli("KEYS", "*claims*").lines()).hasSize(2).allSatisfy(key -> {
            long ttl = Long.parseLong(server().cli("PTTL", key).trim());
            assertThat(ttl).isBetween(DAY + WINDOW_MILLIS, DAY + 2 * WINDOW_MILLIS);
        });
    }

    @Test
    void a_claim_costs_what_the_design_says() {
        List<KeyClaim> claims = new ArrayList<>();
        long before = memory();
        for (int i = 0; i < 20_000; i++) {
            byte[] key = new byte[16];
            new Random(i).nextBytes(key);
            claims.add(wish(new StreamId(1_700_000_000_000L + i, 0), key));
        }
        for (int from = 0; from < claims.size(); from += 1_000) {
            ours.claims().claim(epoch, claims.subList(from, from + 1_000));
        }
        assertThat((memory() - before) / claims.size()).isLessThanOrEqualTo(100);
    }

    private long memory() {
        return server().cli("INFO", "memory")
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line -> Long.parseLong(line.substring(12).trim()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_key_of_the_wrong_type_leaves_nothing_written() {
        StreamId first = at(BUCKET * 10);
        claim(first, 1);
        String map = server().cli("KEYS", "*claims*:?").trim();
        server().cli("DEL", map);
        server().cli("SET", map, "in the way");

        StreamId other = at(BUCKET * 12);
        assertFault(
                Kind.WRONGTYPE,
                () -> ours.claims().claim(epoch, List.of(wish(other, key(1)), wish(at(BUCKET * 11), key(2)))));
        assertThat(server().cli("KEYS", "*claims*:?").trim()).isEqualTo(map);
    }

    @Test
    void the_holder_tells_whether_it_carries_the_same_event() {
        KeyClaim first = new KeyClaim(at(BUCKET), key(1), KeyClaim.tagOf("event-1"), WINDOW_MILLIS);
        KeyClaim again = new KeyClaim(at(BUCKET + 1), key(1), KeyClaim.tagOf("event-1"), WINDOW_MILLIS);
        ours.claims().claim(epoch, List.of(first));

        KeyHolder holder = theirs.claims().claim(epoch, List.of(again)).get(0);
        assertThat(holder).isEqualTo(new KeyHolder(first.id(), again.eventTag()));
        assertThat(holder.eventTag()).isNotEqualTo(KeyClaim.tagOf("event-2"));
        assertThat(theirs.claims().find(epoch, key(1))).isEqualTo(holder);
        assertThat(theirs.claims().find(epoch, key(2))).isNull();
    }

    @Test
    void events_with_shorter_windows_of_their_own_are_claimed_beside_the_others() {
        KeyClaim far = new KeyClaim(at(BUCKET + 60_001), key(1), 1, 60_000);
        KeyClaim near = new KeyClaim(at(BUCKET + 60_000), key(2), 1, 60_000);
        ours.claims().claim(epoch, List.of(wish(at(BUCKET), key(1)), wish(at(BUCKET), key(2))));

        assertThat(ours.claims().claim(epoch, List.of(far, near))).containsExactly(null, new KeyHolder(at(BUCKET), 1));
    }

    @Test
    void what_a_lost_entry_held_is_free_again_and_what_others_hold_is_not() {
        List<StreamId> entries = new ArrayList<>();
        for (int key = 0; key < 3_000; key++) {
            StreamId entry = new StreamId(BUCKET * 100 + key / 10, key % 10);
            entries.add(entry);
            assertThat(claim(entry, key)).isNull();
        }
        StreamId copy = at(BUCKET * 100 + 500);

        assertThat(ours.claims().releaseLost(epoch, List.of(entries.get(7), entries.get(2_999), copy)))
                .isEqualTo(2);

        assertThat(claim(copy, 8)).isEqualTo(entries.get(8));
        assertThat(claim(copy, 7)).isNull();
        assertThat(claim(copy, 2_999)).isNull();
    }
}
