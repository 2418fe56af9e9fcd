package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Idempotency: of two entries with one key inside the window, one is handled. */
abstract class ClaimContract extends StreamGroupContract {

    private static final long WINDOW_MILLIS = WINDOW.toMillis();
    private static final long BUCKET = WINDOW_MILLIS / 4;

    private StreamId claim(StreamId id, int key) {
        return ours.claim(epoch, List.of(new Claim(id, key(key)))).get(0);
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
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            claims.add(new Claim(at((i * 7_919L % 1_000) * BUCKET), key(i)));
        }
        assertThat(ours.claim(epoch, claims)).hasSize(1_000).containsOnlyNulls();

        List<Claim> copies = claims.stream()
                .map(c -> new Claim(new StreamId(c.id().millis(), 1), c.key()))
                .toList();
        assertThat(theirs.claim(epoch, copies))
                .isEqualTo(claims.stream().map(Claim::id).toList());
    }

    @Test
    void a_released_key_is_free_and_another_entrys_release_changes_nothing() {
        StreamId first = at(BUCKET * 50);
        StreamId second = at(BUCKET * 51);
        claim(first, 1);

        ours.release(epoch, List.of(new Claim(second, key(1))));
        assertThat(claim(second, 1)).isEqualTo(first);
        ours.release(epoch, List.of(new Claim(first, key(1)), new Claim(first, key(99))));
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
        assertThat(theirs.claim(recreated.epoch(), List.of(new Claim(add(), key(1)))))
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

        String map = server().cli("KEYS", "*claims*").trim();
        long ttl = Long.parseLong(server().cli("PTTL", map).trim());
        assertThat(ttl).isGreaterThan(WINDOW_MILLIS).isLessThanOrEqualTo(3 * WINDOW_MILLIS);
    }

    @Test
    void a_claim_costs_what_the_design_says() {
        List<Claim> claims = new ArrayList<>();
        long before = memory();
        for (int i = 0; i < 20_000; i++) {
            byte[] key = new byte[16];
            new Random(i).nextBytes(key);
            claims.add(new Claim(new StreamId(1_700_000_000_000L + i, 0), key));
        }
        for (int from = 0; from < claims.size(); from += 1_000) {
            ours.claim(epoch, claims.subList(from, from + 1_000));
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
        String map = server().cli("KEYS", "*claims*").trim();
        server().cli("DEL", map);
        server().cli("SET", map, "in the way");

        StreamId other = at(BUCKET * 12);
        assertFault(
                Kind.WRONGTYPE,
                () -> ours.claim(epoch, List.of(new Claim(other, key(1)), new Claim(at(BUCKET * 11), key(1 + 256)))));
        assertThat(server().cli("KEYS", "*claims*").trim()).isEqualTo(map);
    }

    /** Two entries may only both be handled if they are more than the window apart, or the first gave its claim back. */
    @Test
    void random_copies_agree_with_a_model_that_remembers_everything() {
        Random random = new Random(42);
        Map<Integer, List<StreamId>> holders = new HashMap<>();
        long now = 1_700_000_000_000L / BUCKET * BUCKET;
        for (int round = 0; round < 300; round++) {
            now += random.nextInt((int) BUCKET);
            Map<Integer, Claim> batch = new HashMap<>();
            for (int i = 0; i < 8; i++) {
                int key = random.nextInt(12);
                long edge = now / BUCKET * BUCKET - (long) random.nextInt(11) * BUCKET / 2 + random.nextInt(3) - 1;
                long millis = random.nextBoolean() ? edge : now - random.nextInt((int) WINDOW_MILLIS * 2);
                batch.putIfAbsent(key, new Claim(new StreamId(millis, random.nextInt(3)), key(key)));
            }
            List<Integer> keys = List.copyOf(batch.keySet());
            TestGroup asking = random.nextBoolean() ? ours : theirs;
            List<StreamId> answers =
                    asking.claim(epoch, keys.stream().map(batch::get).toList());
            for (int i = 0; i < keys.size(); i++) {
                check(
                        holders.computeIfAbsent(keys.get(i), k -> new ArrayList<>()),
                        batch.get(keys.get(i)),
                        answers.get(i));
            }
            if (random.nextInt(4) == 0) {
                release(random, holders);
            }
        }
    }

    private void check(List<StreamId> holders, Claim claim, StreamId answer) {
        List<StreamId> rivals = holders.stream()
                .filter(h -> Math.abs(h.millis() - claim.id().millis()) <= WINDOW_MILLIS)
                .toList();
        if (rivals.contains(claim.id()) || rivals.isEmpty()) {
            assertThat(answer).as("%s among %s", claim.id(), rivals).isNull();
            if (rivals.isEmpty()) {
                holders.add(claim.id());
            }
        } else {
            assertThat(rivals).contains(answer);
        }
    }

    private void release(Random random, Map<Integer, List<StreamId>> holders) {
        int key = random.nextInt(12);
        List<StreamId> held = holders.getOrDefault(key, List.of());
        if (!held.isEmpty()) {
            StreamId id = held.remove(random.nextInt(held.size()));
            ours.release(epoch, List.of(new Claim(id, key(key))));
        }
    }
}
