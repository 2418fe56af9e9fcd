package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Idempotency records are bounded, and what goes is what can be missed. */
abstract class ClaimUpkeepContract extends StreamGroupContract {

    private static final long WINDOW_MILLIS = WINDOW.toMillis();
    private static final long BUCKET = WINDOW_MILLIS / ClaimLayout.REACH;
    private static final long NOW = 1_700_000_000_000L / BUCKET * BUCKET;
    private static final int MOST = 240;

    private StreamGroup bounded(String name) {
        return link.group(new GroupOptions(STREAM, GROUP, name, WINDOW, MOST, 1_000, Duration.ofSeconds(5)));
    }

    private static KeyClaim wish(int key) {
        return wish(new StreamId(NOW + key, 0), key(key));
    }

    private void read(long upTo) {
        server().cli("XGROUP", "SETID", STREAM, GROUP, upTo + "-0");
    }

    @Test
    void at_the_limit_the_oldest_go_and_the_newest_stay_known() {
        StreamGroup few = bounded("few");
        for (int i = 0; i < 10 * MOST; i++) {
            few.claims().claim(epoch, List.of(wish(i)));
            assertThat(few.claims().records(epoch).records()).isLessThanOrEqualTo(MOST);
        }

        assertThat(few.claims().dropped()).isBetween(9L * MOST, 9L * MOST + MOST / 2);
        assertThat(few.claims().find(epoch, key(0))).isNull();
        for (int i = 10 * MOST - MOST / 2; i < 10 * MOST; i++) {
            assertThat(few.claims().find(epoch, key(i))).as("record %d", i).isNotNull();
        }
    }

    @Test
    void a_server_learns_of_the_parts_that_another_one_began_or_removed() {
        StreamGroup one = bounded("one");
        StreamGroup other = bounded("other");
        one.claims().claim(epoch, List.of(wish(0)));
        other.claims().claim(epoch, List.of(wish(1)));
        for (int i = 2; i < 100; i++) {
            one.claims().claim(epoch, List.of(wish(i)));
        }
        KeyClaim copy = wish(new StreamId(NOW + 1_000, 0), key(99));
        assertThat(other.claims().claim(epoch, List.of(copy))).containsExactly(new KeyHolder(wish(99).id(), 1));

        one.claims().forgetBefore(epoch, NOW + BUCKET);
        assertThat(other.claims().claim(epoch, List.of(copy))).containsOnlyNulls();
    }

    @Test
    void a_claim_in_a_part_that_was_full_is_released_like_any_other() {
        StreamGroup few = bounded("few");
        for (int i = 0; i < 200; i++) {
            few.claims().claim(epoch, List.of(wish(i)));
        }
        List<KeyClaim> all = java.util.stream.IntStream.range(0, 200)
                .mapToObj(ClaimUpkeepContract::wish)
                .toList();
        bounded("fresh").claims().release(epoch, all);
        for (int i = 0; i < 200; i++) {
            assertThat(few.claims().find(epoch, key(i))).isNull();
        }
    }

    @Test
    void a_sweep_removes_only_what_no_entry_to_come_can_be_a_copy_of() {
        ours.claims().claim(epoch, List.of(wish(1)));
        read(NOW + BUCKET - 1 + WINDOW_MILLIS);
        assertThat(ours.claims().sweep(epoch)).isZero();
        read(NOW + BUCKET + WINDOW_MILLIS);
        assertThat(ours.claims().sweep(epoch)).isEqualTo(1);
        assertThat(server().cli("KEYS", "*claims*").lines())
                .singleElement()
                .asString()
                .endsWith("index");
    }

    @Test
    void what_is_pending_keeps_the_records_that_it_may_be_a_copy_of() {
        ours.claims().claim(epoch, List.of(wish(1)));
        add((NOW + 1) + "-1");
        readAll(ours);
        read(NOW + 10 * WINDOW_MILLIS);
        assertThat(ours.claims().sweep(epoch)).isZero();

        ours.ack(List.of(new StreamId(NOW + 1, 1)));
        assertThat(ours.claims().sweep(epoch)).isEqualTo(1);
    }

    @Test
    void cleaning_by_age_says_how_many_went() {
        List<KeyClaim> claims = new ArrayList<>();
        for (int bucket = 0; bucket < 10; bucket++) {
            claims.add(wish(new StreamId(NOW + bucket * BUCKET, 0), key(bucket)));
        }
        ours.claims().claim(epoch, claims);

        assertThat(ours.claims().forgetBefore(epoch, NOW + 4 * BUCKET)).isEqualTo(4);
        assertThat(ours.claims().forgetBefore(epoch, NOW + 4 * BUCKET)).isZero();
        ClaimRecords left = ours.claims().records(epoch);
        assertThat(left.records()).isEqualTo(6);
        assertThat(left.oldestMillis()).isEqualTo(NOW + 4 * BUCKET);
        assertThat(left.bytes()).isPositive();
    }

    @Test
    void a_backlog_with_a_bucket_for_every_entry_does_not_pile_up_buckets() {
        for (int batch = 0; batch < 6; batch++) {
            List<KeyClaim> claims = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int key = batch * 500 + i;
                claims.add(wish(new StreamId(NOW + 7 * BUCKET * key, 0), key(key)));
            }
            assertThat(ours.claims().claim(epoch, claims)).containsOnlyNulls();
        }
        assertThat(ours.claims().records(epoch).records()).isBetween(1_000L, 2_000L);
        assertThat(ours.claims().dropped())
                .as("out of reach, not over the limit")
                .isZero();
    }

    /**
     * Two entries with one key inside the window may only both hold it if the first gave it back, its group was recreated, or
     * there were too many records. Several servers, ids around the buckets' edges, parts that fill up.
     */
    @Test
    void random_copies_agree_with_a_model_that_remembers_everything() {
        List<StreamGroup> servers = List.of(bounded("a"), bounded("b"), bounded("c"));
        for (int seed = 1; seed <= 4; seed++) {
            new Model(new Random(seed), servers).run(400);
        }
    }

    private final class Model {
        private final Random random;
        private final List<StreamGroup> servers;
        private final Map<Integer, List<StreamId>> holders = new HashMap<>();
        /** Whether a holder may have gone with the oldest part. */
        private final Map<StreamId, Boolean> perhapsGone = new HashMap<>();

        private long now = NOW;
        private long droppedBefore;

        Model(Random random, List<StreamGroup> servers) {
            this.random = random;
            this.servers = servers;
            renewEpoch();
            droppedBefore = dropped();
        }

        void run(int rounds) {
            for (int round = 0; round < rounds; round++) {
                now += random.nextInt((int) BUCKET / 4);
                claimSome();
                switch (random.nextInt(40)) {
                    case 0 -> renewEpoch();
                    case 1, 2, 3 -> sweep();
                    case 4, 5, 6, 7, 8, 9 -> release();
                    default -> {}
                }
            }
        }

        private StreamGroup any() {
            return servers.get(random.nextInt(servers.size()));
        }

        private long dropped() {
            return servers.stream().mapToLong(s -> s.claims().dropped()).sum();
        }

        private void claimSome() {
            Map<Integer, KeyClaim> batch = new HashMap<>();
            for (int i = 0; i < 12; i++) {
                int key = random.nextInt(60);
                long edge = now / BUCKET * BUCKET - (long) random.nextInt(5) * BUCKET / 2 + random.nextInt(3) - 1;
                long millis = random.nextBoolean() ? edge : now - random.nextInt((int) WINDOW_MILLIS);
                batch.putIfAbsent(key, wish(new StreamId(millis, random.nextInt(3)), key(key)));
            }
            List<Integer> keys = List.copyOf(batch.keySet());
            List<KeyHolder> answers =
                    any().claims().claim(epoch, keys.stream().map(batch::get).toList());
            for (int i = 0; i < keys.size(); i++) {
                KeyHolder answer = answers.get(i);
                check(keys.get(i), batch.get(keys.get(i)).id(), answer == null ? null : answer.id());
            }
            if (dropped() > droppedBefore) {
                droppedBefore = dropped();
                holders.values().forEach(ids -> ids.forEach(id -> perhapsGone.put(id, true)));
                assertThat(servers.get(0).claims().records(epoch).records()).isLessThanOrEqualTo(MOST);
            }
        }

        private void check(int key, StreamId asking, StreamId answer) {
            List<StreamId> held = holders.computeIfAbsent(key, k -> new ArrayList<>());
            List<StreamId> rivals = held.stream()
                    .filter(h -> Math.abs(h.millis() - asking.millis()) <= WINDOW_MILLIS)
                    .toList();
            if (answer != null) {
                assertThat(rivals).as("rivals of %s", asking).contains(answer).doesNotContain(asking);
            } else if (!rivals.contains(asking)) {
                assertThat(rivals).as("rivals of %s", asking).allMatch(id -> perhapsGone.getOrDefault(id, false));
                held.removeAll(rivals);
                held.add(asking);
                perhapsGone.put(asking, false);
            }
        }

        private void release() {
            int key = random.nextInt(60);
            List<StreamId> held = holders.getOrDefault(key, List.of());
            if (!held.isEmpty()) {
                StreamId id = held.remove(random.nextInt(held.size()));
                any().claims().release(epoch, List.of(wish(id, key(key))));
            }
        }

        private void sweep() {
            read(now - 2 * WINDOW_MILLIS);
            any().claims().sweep(epoch);
        }

        private void renewEpoch() {
            server().cli("XGROUP", "DESTROY", STREAM, GROUP);
            epoch = any().create("0").epoch();
            holders.clear();
        }
    }
}
