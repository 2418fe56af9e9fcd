package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.consumer.IdempotencyStore.Claim;
import dev.millrace.consumer.IdempotencyStore.Holder;
import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store of idempotency records holds to. */
abstract class IdempotencyStoreContract {

    static final Duration WINDOW = Duration.ofSeconds(10);
    static final long NOW = 1_700_000_000_000L;
    private static final int MANY = 1_000_000;

    /** An empty store for the deliveries of {@link #at}, of which only the newest records stay at the limit. */
    abstract IdempotencyStore store(int maxRecords) throws Exception;

    record At(String stream, String group, String entryId, int index, EventHeader header) implements Delivery {

        @Override
        public String consumer() {
            return "consumer";
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public boolean redelivered() {
            return false;
        }

        @Override
        public void skip(String reason) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void ack() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void fail(Throwable cause) {
            throw new UnsupportedOperationException(cause);
        }

        @Override
        public boolean replayed() {
            return false;
        }

        @Override
        public int redriven() {
            return 0;
        }
    }

    static Delivery at(String entryId, int index, String eventId) {
        EventHeader header = EventHeader.builder("order.paid").id(eventId).build();
        return new At("contract", "workers", entryId, index, header);
    }

    static byte[] key(int number) {
        return ByteBuffer.allocate(16).putInt(number).putInt(12, number).array();
    }

    static Claim claim(long millis, int key) {
        return new Claim(at(millis + "-0", 0, "event-" + key), key(key), WINDOW);
    }

    static String holder(IdempotencyStore store, Claim claim) throws Exception {
        Holder holder = store.claim(List.of(claim)).get(0);
        return holder == null ? null : holder.entryId();
    }

    @Test
    void of_two_entries_with_one_key_the_first_to_be_claimed_is_handled() throws Exception {
        IdempotencyStore store = store(MANY);
        assertThat(holder(store, claim(NOW + 1, 1))).isNull();
        assertThat(holder(store, claim(NOW, 1))).isEqualTo(NOW + 1 + "-0");
        assertThat(holder(store, claim(NOW, 2))).as("another key").isNull();
    }

    @Test
    void an_entry_that_comes_again_is_no_duplicate_of_itself() throws Exception {
        IdempotencyStore store = store(MANY);
        assertThat(holder(store, claim(NOW, 1))).isNull();
        assertThat(holder(store, claim(NOW + 1, 1))).isNotNull();
        assertThat(holder(store, claim(NOW, 1))).isNull();
    }

    @Test
    void of_equal_keys_in_one_batch_the_lowest_entry_wins_wherever_it_stands() throws Exception {
        IdempotencyStore store = store(MANY);
        List<Claim> batch = List.of(claim(NOW + 2, 1), claim(NOW + 5, 2), claim(NOW, 1), claim(NOW + 1, 1));
        Holder lowest = new Holder(NOW + "-0", true);
        assertThat(store.claim(batch)).containsExactly(lowest, null, null, lowest);
        assertThat(store.claim(batch)).as("the same batch again").containsExactly(lowest, null, null, lowest);
    }

    @Test
    void a_holder_that_comes_again_behind_a_lower_copy_is_handled_and_only_the_copy_passed_over() throws Exception {
        IdempotencyStore store = store(MANY);
        assertThat(holder(store, claim(NOW + 1, 1))).isNull();
        List<Claim> batch = List.of(claim(NOW, 1), claim(NOW + 1, 1), claim(NOW + 2, 1));
        Holder holder = new Holder(NOW + 1 + "-0", true);
        assertThat(store.claim(batch)).containsExactly(holder, null, holder);
    }

    @Test
    void copies_in_one_batch_are_each_judged_by_their_own_distance() throws Exception {
        long window = WINDOW.toMillis();
        List<Claim> batch = List.of(claim(NOW, 1), claim(NOW + window, 1), claim(NOW + window + 1, 1));
        assertThat(store(MANY).claim(batch)).containsExactly(null, new Holder(NOW + "-0", true), null);
    }

    @Test
    void two_events_of_one_entry_that_share_a_key_are_one_each_time_the_entry_comes() throws Exception {
        IdempotencyStore store = store(MANY);
        List<Claim> entry = List.of(
                new Claim(at(NOW + "-0", 0, "a"), key(1), WINDOW), new Claim(at(NOW + "-0", 1, "a"), key(1), WINDOW));
        assertThat(store.claim(entry)).containsExactly(null, new Holder(NOW + "-0", true));
        assertThat(store.claim(entry)).containsExactly(null, new Holder(NOW + "-0", true));
    }

    @Test
    void the_window_counts_entry_ids_to_the_millisecond_on_both_sides() throws Exception {
        IdempotencyStore store = store(MANY);
        long window = WINDOW.toMillis();
        holder(store, claim(NOW, 1));
        assertThat(holder(store, claim(NOW + window, 1))).isEqualTo(NOW + "-0");
        assertThat(holder(store, claim(NOW - window, 1))).isEqualTo(NOW + "-0");
        assertThat(holder(store, claim(NOW + window + 1, 1))).isNull();
        assertThat(holder(store, claim(NOW - window - 1, 1))).isNull();
    }

    @Test
    void a_holder_tells_a_copy_of_one_event_from_equal_content() throws Exception {
        IdempotencyStore store = store(MANY);
        store.claim(List.of(new Claim(at(NOW + "-0", 0, "event-a"), key(1), WINDOW)));
        assertThat(store.claim(List.of(new Claim(at(NOW + "-1", 0, "event-a"), key(1), WINDOW))))
                .containsExactly(new Holder(NOW + "-0", true));
        assertThat(store.claim(List.of(new Claim(at(NOW + "-2", 0, "event-b"), key(1), WINDOW))))
                .containsExactly(new Holder(NOW + "-0", false));
    }

    @Test
    void only_the_holder_gives_a_key_back_and_then_it_is_free() throws Exception {
        IdempotencyStore store = store(MANY);
        holder(store, claim(NOW, 1));
        store.release(List.of(claim(NOW + 1, 1), claim(NOW, 2)));
        assertThat(holder(store, claim(NOW + 1, 1))).isEqualTo(NOW + "-0");

        store.release(List.of(claim(NOW, 1)));
        assertThat(holder(store, claim(NOW + 1, 1))).isNull();
        assertThat(holder(store, claim(NOW, 1))).isEqualTo(NOW + 1 + "-0");
    }

    @Test
    void a_batch_of_any_size_is_answered_in_its_order() throws Exception {
        IdempotencyStore store = store(MANY);
        List<Claim> claims = new ArrayList<>();
        List<Claim> copies = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            claims.add(claim(NOW + i * 7_919 % 2_500, i));
            copies.add(claim(NOW + 3_000 + i, i));
        }
        Collections.reverse(copies);
        assertThat(store.claim(claims)).hasSize(2_500).containsOnlyNulls();
        List<String> holders = store.claim(copies).stream().map(Holder::entryId).toList();
        Collections.reverse(claims);
        assertThat(holders)
                .isEqualTo(claims.stream().map(c -> c.delivery().entryId()).toList());
        assertThat(store.claim(List.of())).isEmpty();
        store.release(List.of());
    }

    @Test
    void beyond_the_limit_the_oldest_are_forgotten_and_the_newest_are_not() throws Exception {
        IdempotencyStore store = store(1_000);
        for (int i = 0; i < 5_000; i += 100) {
            store.claim(IntStream.range(i, i + 100)
                    .mapToObj(key -> claim(NOW + key, key))
                    .toList());
        }
        assertThat(holder(store, claim(NOW + 5_000, 4_999))).isEqualTo(NOW + 4_999 + "-0");
        assertThat(holder(store, claim(NOW + 5_000, 4_600))).isEqualTo(NOW + 4_600 + "-0");
        assertThat(holder(store, claim(NOW + 5_000, 0))).isNull();
    }

    @Test
    void of_many_copies_claimed_at_once_one_is_handled() throws Exception {
        IdempotencyStore store = store(MANY);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Long>> won = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                long offset = thread;
                List<Claim> mine = IntStream.range(0, 200)
                        .mapToObj(key -> claim(NOW + offset, key))
                        .toList();
                won.add(threads.submit(() -> store.claim(mine).stream()
                        .filter(answer -> answer == null)
                        .count()));
            }
            long all = 0;
            for (Future<Long> of : won) {
                all += of.get();
            }
            assertThat(all).isEqualTo(200);
        } finally {
            threads.shutdownNow();
        }
    }
}
