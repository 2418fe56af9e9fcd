package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.redis.internal.StreamAppend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class GroupingTest {

    @ParameterizedTest
    @CsvSource({
        "1, order, order",
        "1, order.paid, order",
        "2, order.paid, order.paid",
        "2, order.paid.late, order.paid",
        "3, order.paid, order.paid",
        "1, a.b.c, a"
    })
    void a_type_with_fewer_segments_is_a_group_of_its_own(int segments, String type, String group) {
        assertThat(BatchGrouping.byFirstSegments(segments).of("stream", type)).isEqualTo(group);
    }

    @Test
    void by_stream_and_by_type_are_what_they_say_and_nonsense_is_refused() {
        assertThat(BatchGrouping.byStream().of("stream", "order.paid")).isEqualTo("stream");
        assertThat(BatchGrouping.byType().of("stream", "order.paid.late")).isEqualTo("order.paid.late");
        assertThatThrownBy(() -> BatchGrouping.byFirstSegments(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("grouping.segments: got 0; use 1 to 2147483647");
        assertThatThrownBy(() -> EventPublisher.builder("billing")
                        .strictOrder(true)
                        .grouping(BatchGrouping.byType())
                        .settings())
                .hasMessageStartingWith("grouping: got by type")
                .hasMessageContaining("use byStream()");
    }

    @Test
    void events_of_one_group_share_a_batch_whatever_their_streams() {
        Lanes lanes = new Lanes(new FakeTarget(), BatchLimits.defaults(), BatchGrouping.byFirstSegments(1));
        assertThat(lanes.of("a", "order.paid")).isSameAs(lanes.of("b", "order.shipped"));
        assertThat(lanes.of("a", "order.paid")).isNotSameAs(lanes.of("a", "user.created"));
    }

    @Test
    void streams_that_are_no_longer_used_are_forgotten() {
        LoopHarness harness = new LoopHarness(BatchLimits.defaults());
        for (int i = 0; i < 3 * Lanes.MAX_IDLE; i++) {
            harness.sendTo("stream-" + i, "a" + i);
            harness.turn();
            harness.target.store(harness.next());
            harness.turn();
        }
        assertThat(harness.lanes.count()).isEqualTo(Lanes.MAX_IDLE);
    }

    @Test
    void an_event_whose_lane_was_retired_under_it_goes_to_the_new_one() throws Exception {
        LoopHarness harness = new LoopHarness(BatchLimits.defaults());
        Lane old = harness.lanes.of("orders", "order.paid");
        PendingEvent event = new PendingEvent("id-a", "order.paid", new StreamAppend("orders", new byte[] {'a'}), old);
        assertThat(old.retire()).isTrue();
        harness.accumulator.add(event, 0, null);
        assertThat(event.lane()).isNotSameAs(old).isSameAs(harness.lanes.of("orders", "order.paid"));
        harness.turn();
        assertThat(harness.sent()).containsExactly(List.of("a"));
    }
}
