package dev.millrace.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EventTest {

    record OrderPaid(String orderId) {}

    @Test
    void an_event_is_made_of_a_type_and_a_body() {
        Event event = Event.of("order.paid", Map.of("orderId", "o-17"), h -> h.key("o-17"));

        assertThat(event.header().type()).isEqualTo("order.paid");
        assertThat(event.header().key()).isEqualTo("o-17");
        assertThat(Event.of("order.paid", "x").header().id()).isNotEmpty();
    }

    @Test
    void a_declared_type_brings_its_version() {
        EventType<OrderPaid> type = EventType.of("order.paid", OrderPaid.class, "2.0.0");

        assertThat(Event.of(type, new OrderPaid("o-17")).header().version()).isEqualTo("2.0.0");
        assertThat(EventType.of("order.paid", OrderPaid.class).version()).isEqualTo("1.0.0");
    }

    @Test
    void a_declaration_that_cannot_work_is_refused_at_once() {
        assertThatThrownBy(() -> EventType.of("order paid", OrderPaid.class)).isInstanceOf(InvalidEventException.class);
        assertThatThrownBy(() -> EventType.of("order.paid", OrderPaid.class, " "))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("version");
        assertThatThrownBy(() -> Event.of("order.paid", null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void a_body_is_a_slice_that_equals_its_bytes() {
        Body slice = new Body("xabcx".getBytes(UTF_8), 1, 3);

        assertThat(slice).isEqualTo(Body.of("abc".getBytes(UTF_8))).hasSameHashCodeAs(Body.of("abc".getBytes(UTF_8)));
        assertThat(slice.copy()).asString().isEqualTo("abc");
        assertThat(slice).hasToString("Body[3 bytes]").isNotEqualTo(Body.of("abd".getBytes(UTF_8)));
        assertThatThrownBy(() -> new Body(new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
