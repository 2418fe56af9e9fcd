package dev.millrace.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class EventIdsTest {

    @Test
    void an_id_is_a_uuid_of_version_7_that_begins_with_the_time() {
        long before = InstantSource.system().millis();

        String text = EventIds.next(InstantSource.system());

        UUID id = UUID.fromString(text);
        assertThat(id).hasToString(text);
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isBetween(before, before + 60_000);
    }

    @Test
    void ids_grow_even_when_the_clock_goes_back_a_little() {
        Instant now = InstantSource.system().instant();
        String first = EventIds.next(InstantSource.fixed(now));
        String second = EventIds.next(InstantSource.fixed(now.minusSeconds(9)));

        assertThat(second).isGreaterThan(first);
    }

    @Test
    void ids_do_not_keep_the_time_of_a_clock_that_was_wrong() {
        Instant now = InstantSource.system().instant();
        EventIds.next(InstantSource.fixed(now.plusSeconds(3600)));

        UUID id = UUID.fromString(EventIds.next(InstantSource.fixed(now)));

        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(now.toEpochMilli());
    }

    @Test
    void ids_of_one_millisecond_grow() {
        InstantSource clock = InstantSource.fixed(InstantSource.system().instant());
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(EventIds.next(clock));
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void threads_never_get_the_same_id() throws Exception {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        Callable<Void> task = () -> {
            for (int i = 0; i < 20_000; i++) {
                ids.add(EventIds.next(InstantSource.system()));
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (var done : threads.invokeAll(List.of(task, task, task, task))) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(ids).hasSize(80_000);
    }
}
