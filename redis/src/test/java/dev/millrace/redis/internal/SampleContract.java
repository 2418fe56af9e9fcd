package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How far a group is behind, also where Redis does not know. */
@Timeout(30)
abstract class SampleContract extends StreamGroupContract {

    @Test
    void the_lag_and_the_oldest_pending_entry_are_told() {
        List<StreamId> ids = addMany(50);
        assertThat(ours.sample()).isEqualTo(new GroupSample(0, null, 50, true));
        ours.read(20, NONE);
        ours.ack(ids.subList(0, 5));

        assertThat(ours.sample()).isEqualTo(new GroupSample(15, ids.get(5), 30, true));
    }

    @Test
    void the_lag_is_right_after_deletes_and_trims_where_that_of_redis_is_not() {
        List<StreamId> ids = addMany(50);
        ours.read(10, NONE);
        server().cli("XDEL", STREAM, ids.get(30).toString());
        assertThat(ours.sample().lag()).isEqualTo(39);
        server().cli("XTRIM", STREAM, "MAXLEN", "=", "20");

        assertThat(ours.sample().lag()).isEqualTo(20);
    }

    @Test
    void a_long_lag_is_estimated_without_looking_at_all_of_it() {
        addMany(3_000);
        ours.read(500, NONE);
        assertThat(ours.sample()).satisfies(sample -> {
            assertThat(sample.exact()).isFalse();
            assertThat(sample.lag()).isEqualTo(2_500);
        });
    }

    @Test
    void large_entries_are_not_looked_at_for_long() {
        String large = "x".repeat(500_000);
        for (int i = 0; i < 20; i++) {
            add("*", "data", large);
        }
        assertThat(ours.sample().exact()).isFalse();
        assertThat(ours.sample().lag()).isEqualTo(20);
    }

    @Test
    void a_missing_group_is_an_error_and_not_a_lag_of_nothing() {
        assertFault(Kind.NOGROUP, () -> new TestGroup(link, options(STREAM, "nobody", "c")).sample());
        assertFault(Kind.NOGROUP, () -> new TestGroup(link, options("nothing", GROUP, "c")).sample());
    }
}
