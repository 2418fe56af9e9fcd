package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Body;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneTest {

    private final Lane lane = new Lane();

    private static EventInFlight event(String entryId, int index) {
        EntryInFlight entry = new EntryInFlight(new StreamEntry(StreamId.parse(entryId), List.of(), 1), false, 0);
        EventHeader header = EventHeader.builder("order.paid").build();
        Body body = Body.of("{}".getBytes(StandardCharsets.UTF_8));
        return new EventInFlight(null, entry, new DecodedEvent(index, header, body, null), List.of());
    }

    @Test
    void events_of_a_key_go_on_one_after_the_other_in_the_streams_order() {
        EventInFlight first = event("5-0", 0);
        EventInFlight second = event("5-0", 1);
        EventInFlight third = event("6-0", 0);
        assertThat(lane.enter(first)).isTrue();
        assertThat(lane.enter(third)).isFalse();
        assertThat(lane.enter(second)).isFalse();
        assertThat(lane.leave(first)).isSameAs(second);
        assertThat(lane.leave(second)).isSameAs(third);
        assertThat(lane.leave(third)).isNull();
        assertThat(lane.isEmpty()).isTrue();
    }

    @Test
    void an_event_that_was_lost_and_came_back_takes_the_place_of_its_former_self() {
        EventInFlight running = event("1-0", 0);
        EventInFlight lost = event("2-0", 1);
        EventInFlight back = event("2-0", 1);
        lane.enter(running);
        lane.enter(lost);
        assertThat(lane.enter(back)).isFalse();
        assertThat(lane.leave(running)).isSameAs(back);
        assertThat(lane.leave(back)).isNull();
    }
}
