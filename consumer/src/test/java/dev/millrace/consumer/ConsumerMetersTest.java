package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.EventHeader;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConsumerMetersTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-01T10:00:00Z"));

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private ConsumerMeters meters(String consumer) {
        return new ConsumerMeters(registry, new SubscriptionName("order-events", "shipping", consumer), CLOCK);
    }

    private static EventHeader header(String type) {
        return EventHeader.builder(type)
                .origin("billing")
                .timestamp(CLOCK.instant())
                .build();
    }

    private double gauge(ConsumerMeter meter) {
        return registry.get(meter.name()).gauge().value();
    }

    private double counter(Counted what) {
        return registry.get(what.meter().name()).functionCounter().count();
    }

    @Test
    void what_is_registered_is_what_the_table_says() {
        try (ConsumerMeters meters = meters("one")) {
            meters.handled(header("order.paid"), 5);
            ConsumerMeter.table().stream()
                    .filter(row -> row.kind().equals("gauge") && !row.equals(ConsumerMeter.BREAKER))
                    .forEach(row -> meters.gauge(row, () -> 1));
            Map<String, ConsumerMeter> table =
                    ConsumerMeter.table().stream().collect(Collectors.toMap(ConsumerMeter::name, Function.identity()));
            table.remove(ConsumerMeter.BREAKER.name());
            assertThat(registry.getMeters())
                    .extracting(meter -> meter.getId().getName())
                    .contains(table.keySet().toArray(String[]::new));
            for (Meter meter : registry.getMeters()) {
                ConsumerMeter row = table.get(meter.getId().getName());
                assertThat(row).as(meter.getId().toString()).isNotNull();
                assertThat(meter.getId().getTags())
                        .extracting(Tag::getKey)
                        .containsExactlyInAnyOrderElementsOf(row.tags());
                assertThat(meter.getId().getDescription()).isEqualTo(row.meaning());
                assertThat(meter.getId().getBaseUnit()).isEqualTo(row.unit());
                assertThat(meter.getId().getType().name())
                        .isEqualToIgnoringCase(row.kind().equals("summary") ? "distribution_summary" : row.kind());
            }
        }
    }

    @Test
    void what_several_servers_of_a_group_count_and_hold_adds_up_and_what_redis_says_of_the_group_does_not() {
        ConsumerMeters one = meters("one");
        ConsumerMeters two = meters("two");
        one.count(Counted.HANDLED, 3);
        two.count(Counted.HANDLED, 4);
        one.gauge(ConsumerMeter.RUNNING, () -> 5);
        two.gauge(ConsumerMeter.RUNNING, () -> 6);
        one.gauge(ConsumerMeter.LAG, () -> Double.NaN);
        two.gauge(ConsumerMeter.LAG, () -> 100);

        assertThat(counter(Counted.HANDLED)).isEqualTo(7);
        assertThat(gauge(ConsumerMeter.RUNNING)).isEqualTo(11);
        assertThat(gauge(ConsumerMeter.LAG)).isEqualTo(100);
        one.gauge(ConsumerMeter.LAG, () -> 90);
        assertThat(gauge(ConsumerMeter.LAG)).isEqualTo(100);
        assertThat(one.total(Counted.HANDLED)).as("of one server's status").isEqualTo(3);
    }

    @Test
    void one_server_that_closes_takes_nothing_away_from_another_and_the_last_one_removes_all() {
        registry.counter("mine");
        ConsumerMeters one = meters("one");
        ConsumerMeters two = meters("two");
        one.gauge(ConsumerMeter.RUNNING, () -> 5);
        two.gauge(ConsumerMeter.RUNNING, () -> 6);
        one.handled(header("order.paid"), 1_000);
        two.handled(header("order.paid"), 1_000);
        one.deadLettered(DeadLetterReason.INVALID);

        one.close();
        one.close();
        assertThat(counter(Counted.HANDLED)).as("counters never fall").isEqualTo(2);
        assertThat(registry.get("millrace.consumer.dead.letters")
                        .tag("reason", "INVALID")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(gauge(ConsumerMeter.RUNNING)).isEqualTo(6);
        two.handled(header("order.paid"), 1_000);
        assertThat(registry.get("millrace.consumer.handling")
                        .tag("outcome", "ok")
                        .timer()
                        .count())
                .isEqualTo(3);

        two.close();
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .containsExactly("mine");
    }

    @Test
    void a_handler_that_outlives_its_server_registers_nothing() {
        ConsumerMeters meters = meters("one");
        meters.close();
        meters.handled(header("order.paid"), 5);
        meters.failed(header("order.paid"), 5);
        meters.gauge(ConsumerMeter.RUNNING, () -> 1);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void types_beyond_200_share_one_tag_so_that_no_registry_is_flooded() {
        try (ConsumerMeters meters = meters("one")) {
            for (int i = 0; i < 1_000; i++) {
                meters.handled(header("type-" + i), 5);
            }
            assertThat(registry.find("millrace.consumer.latency").timers()).hasSize(201);
            assertThat(registry.get("millrace.consumer.latency")
                            .tag("type", "other")
                            .timer()
                            .count())
                    .isEqualTo(800);
        }
    }

    @Test
    void servers_of_one_registry_share_the_200_types_for_it_is_the_registry_that_must_not_grow() {
        try (ConsumerMeters one = meters("one");
                ConsumerMeters two = meters("two")) {
            for (int i = 0; i < 150; i++) {
                one.handled(header("order-" + i), 5);
                two.handled(header("user-" + i), 5);
            }
            assertThat(registry.find("millrace.consumer.latency").timers()).hasSize(201);
        }
    }
}
