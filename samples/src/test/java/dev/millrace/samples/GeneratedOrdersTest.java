package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Event;
import dev.millrace.validation.EventValidator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratedOrdersTest {

    private final EventValidator validator = EventValidator.beans();

    @Test
    void every_run_of_the_demo_sees_the_same_orders() {
        assertThat(contents(GeneratedOrders.troubled(1_000))).isEqualTo(contents(GeneratedOrders.troubled(1_000)));
    }

    @Test
    void of_a_hundred_events_two_are_invalid_and_four_are_copies() {
        List<Event> events = all(GeneratedOrders.troubled(1_000));

        List<Event> valid = events.stream().filter(this::isValid).toList();
        assertThat(valid).hasSize(980);
        assertThat(valid.stream().map(GeneratedOrdersTest::content).distinct()).hasSize(940);
        assertThat(events.stream().map(event -> event.header().type()).distinct())
                .containsExactlyInAnyOrder("order.placed", "order.paid", "order.shipped", "order.cancelled");
    }

    @Test
    void what_is_produced_is_valid_and_repeats_nothing_of_this_or_another_run() {
        List<Event> events = all(GeneratedOrders.valid(1_000, "one"));
        events.addAll(all(GeneratedOrders.valid(1_000, "two")));

        assertThat(events).hasSize(2_000).allMatch(this::isValid);
        assertThat(events.stream().map(GeneratedOrdersTest::content).distinct()).hasSize(2_000);
    }

    private boolean isValid(Event event) {
        return validator.validate(event.header().type(), event.body()).isEmpty();
    }

    private static List<String> contents(EventSource source) {
        return all(source).stream().map(GeneratedOrdersTest::content).toList();
    }

    private static List<Event> all(EventSource source) {
        List<Event> events = new ArrayList<>();
        for (Event event = source.next(); event != null; event = source.next()) {
            events.add(event);
        }
        return events;
    }

    private static String content(Event event) {
        return event.header().type() + event.body();
    }
}
