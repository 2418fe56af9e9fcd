package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class InMemoryIdempotencyStoreTest extends IdempotencyStoreContract {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochMilli(NOW));

    @Override
    InMemoryIdempotencyStore store(int maxRecords) {
        return new InMemoryIdempotencyStore(maxRecords, now::get);
    }

    @Test
    void keys_of_another_stream_or_group_are_other_keys() throws Exception {
        IdempotencyStore store = store(10);
        for (String stream : List.of("a", "b")) {
            for (String group : List.of("c", "d")) {
                At at = new At(
                        stream, group, NOW + "-0", 0, at("1-0", 0, "event").header());
                assertThat(holder(store, new IdempotencyStore.Claim(at, key(1), WINDOW)))
                        .isNull();
            }
        }
    }

    @Test
    void records_leave_the_memory_a_day_after_their_window_and_not_before() throws Exception {
        InMemoryIdempotencyStore store = store(10);
        holder(store, claim(NOW, 1));
        now.updateAndGet(t -> t.plus(Duration.ofDays(1)).plus(WINDOW).minusMillis(1));
        holder(store, claim(NOW + 1, 2));
        assertThat(store.size()).isEqualTo(2);
        now.updateAndGet(t -> t.plusMillis(1));
        holder(store, claim(NOW + 2, 3));
        assertThat(store.size()).isEqualTo(2);
        assertThat(holder(store, claim(NOW + 1, 1))).isNull();
    }

    @Test
    void there_are_never_more_than_the_limit_also_when_one_key_has_many_holders() throws Exception {
        InMemoryIdempotencyStore store = store(10);
        for (int i = 0; i < 100; i++) {
            holder(store, claim(NOW + i * 60_000L, i % 3));
            assertThat(store.size()).isLessThanOrEqualTo(10);
        }
    }

    @Test
    void a_limit_that_makes_no_sense_is_refused() {
        assertThatThrownBy(() -> IdempotencyStore.inMemory(0)).hasMessageContaining("maxRecords: got 0");
    }
}
