package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Delivery;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class EventsTest {
    record OrderPaid(String orderId, BigDecimal amount) {}

    @Test
    void a_header_has_every_member_that_a_received_one_has() {
        EventHeader header = Events.header("order.paid", h -> h.key("o-17"));
        assertThat(header.type()).isEqualTo("order.paid");
        assertThat(header.key()).isEqualTo("o-17");
        assertThat(header.origin()).isEqualTo("test");
        assertThat(header.hash()).matches("[0-9a-f]{64}");
        assertThat(header.correlationId()).isEqualTo(header.id());
    }

    @Test
    void what_a_test_sets_itself_is_kept() {
        EventHeader header = Events.header(
                "order.paid", h -> h.id("e-1").origin("billing").hash("h").correlationId("c-1"));
        assertThat(header.id()).isEqualTo("e-1");
        assertThat(header.origin()).isEqualTo("billing");
        assertThat(header.hash()).isEqualTo("h");
        assertThat(header.correlationId()).isEqualTo("c-1");
    }

    @Test
    void equal_bodies_have_equal_hashes_and_others_do_not() {
        Event one = Events.received(Event.of("order.paid", new OrderPaid("o-1", BigDecimal.ONE)));
        Event same = Events.received(Event.of("order.paid", new OrderPaid("o-1", BigDecimal.ONE)));
        Event other = Events.received(Event.of("order.paid", new OrderPaid("o-2", BigDecimal.ONE)));
        assertThat(one.header().hash())
                .isEqualTo(same.header().hash())
                .isNotEqualTo(other.header().hash());
    }

    @Test
    void a_body_is_read_as_the_handler_would_get_it() {
        OrderPaid sent = new OrderPaid("o-ü", new BigDecimal("12.50"));
        assertThat(Events.receivedBody(sent, OrderPaid.class)).isEqualTo(sent);
        assertThatThrownBy(() -> Events.receivedBody(sent, Integer.class)).hasMessageContaining("Integer");
    }

    @Test
    void a_delivery_is_a_first_attempt_unless_a_test_says_otherwise() {
        EventHeader header = Events.header("order.paid");
        Delivery first = Deliveries.of(header).build();
        assertThat(first.header()).isEqualTo(header);
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(first.redelivered()).isFalse();
        assertThat(first.entryId()).matches("\\d+-0");
        Delivery again = Deliveries.of(header).attempt(2).redelivered(true).build();
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.redelivered()).isTrue();
    }

    @Test
    void an_attempt_that_cannot_be_is_refused() {
        assertThatThrownBy(() -> Deliveries.of(Events.header("a.b")).attempt(0))
                .hasMessage("attempt 0 is below 1, where it begins");
    }
}
