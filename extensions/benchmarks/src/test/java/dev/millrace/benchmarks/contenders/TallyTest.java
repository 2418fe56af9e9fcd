package dev.millrace.benchmarks.contenders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final List<Long> moments = new ArrayList<>();
    private final Tally tally = tally();

    private Tally tally() {
        return new Tally(2, 4, 6, () -> moments.add(tally.count()), () -> moments.add(-tally.count()));
    }

    @Test
    void the_timed_section_is_between_the_warm_up_and_what_waits_behind_it() {
        for (long i = 0; i < 6; i++) {
            assertThat(tally.isFull()).isFalse();
            tally.handled(Order.of(i));
        }
        assertThat(moments).containsExactly(2L, -4L);
        assertThat(tally.isFull()).isTrue();
        assertThatNoException().isThrownBy(tally::requireAll);
    }

    @Test
    void whoever_reads_ahead_knows_which_batch_is_the_last_and_waits_for_none_behind_it() {
        assertThat(tally.goesOnAfter(5)).isTrue();
        assertThat(tally.goesOnAfter(6)).isFalse();
        tally.handled(Order.of(0));
        assertThat(tally.goesOnAfter(5)).isFalse();
    }

    @Test
    void an_order_handled_twice_in_place_of_another_is_found() {
        for (long i : new long[] {0, 1, 2, 3, 4, 4}) {
            tally.handled(Order.of(i));
        }
        assertThatThrownBy(tally::requireAll).isInstanceOf(IllegalStateException.class);
    }
}
