package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.internal.SharedMeters;
import dev.millrace.redis.internal.RedisFault;
import io.micrometer.core.instrument.AbstractMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PublisherMetersTest {

    @Test
    void what_is_registered_is_what_the_table_says() {
        LoopHarness harness = new LoopHarness(BatchLimits.defaults());
        harness.send("a");
        harness.turn();
        harness.target.store(harness.next());
        harness.turn();
        PublisherMeters meters = new PublisherMeters(harness.registry, "billing");
        meters.loopError();
        meters.watch(new FakeRetention().loop(RetentionPolicy.defaults(), meters));

        Map<String, PublisherMeter> table =
                PublisherMeter.TABLE.stream().collect(Collectors.toMap(PublisherMeter::name, row -> row));
        assertThat(harness.registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .containsOnlyOnceElementsOf(table.keySet().stream()
                        .filter(name -> !name.equals(PublisherMeter.PUBLISH.name()))
                        .toList())
                .containsOnly(table.keySet().toArray(String[]::new));
        for (Meter meter : harness.registry.getMeters()) {
            PublisherMeter row = table.get(meter.getId().getName());
            assertThat(meter.getId().getTags()).extracting(Tag::getKey).containsExactlyInAnyOrderElementsOf(row.tags());
            assertThat(meter.getId().getDescription()).isEqualTo(row.meaning());
            assertThat(meter.getId().getBaseUnit()).isEqualTo(row.unit());
            assertThat(meter.getId().getType().name())
                    .isEqualToIgnoringCase(row.kind().equals("summary") ? "distribution_summary" : row.kind());
        }
    }

    @Test
    void a_registry_that_throws_costs_neither_an_event_nor_a_turn_of_the_loop() {
        LoopHarness harness = new LoopHarness(BatchLimits.defaults(), new SimpleMeterRegistry() {
            @Override
            protected Counter newCounter(Meter.Id id) {
                return new BrokenCounter(id);
            }
        });
        List<CompletableFuture<PublishReceipt>> futures =
                List.of(harness.publish("a"), harness.publish("b"), harness.publish("c"));
        harness.turn();
        harness.target.store(harness.next());
        harness.turn();
        assertThat(futures).allSatisfy(future -> assertThat(future).isCompleted());
        CompletableFuture<PublishReceipt> refused = harness.publish("d");
        harness.turn();
        FakeTarget.fail(harness.next(), RedisFault.Kind.WRONGTYPE);
        harness.turn();
        assertThat(LoopHarness.failure(refused)).hasMessageContaining("WRONGTYPE");
        assertThat(harness.accumulator.events()).isZero();
        new PublisherMeters(harness.registry, "other").loopError();
    }

    private static final class BrokenCounter extends AbstractMeter implements Counter {

        BrokenCounter(Meter.Id id) {
            super(id);
        }

        @Override
        public void increment(double amount) {
            throw new IllegalStateException("for a test");
        }

        @Override
        public double count() {
            return 0;
        }
    }

    @Test
    void types_beyond_200_share_one_tag_so_that_no_registry_is_flooded() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        PublisherMeters meters = new PublisherMeters(registry, "billing");
        for (int i = 0; i < 1_000; i++) {
            meters.failed("type-" + i, 5);
        }
        assertThat(registry.find("millrace.publisher.failed").counters()).hasSize(201);
        assertThat(registry.get("millrace.publisher.failed")
                        .tag("type", "other")
                        .counter()
                        .count())
                .isEqualTo(800);
    }

    @Test
    void close_removes_the_meters_and_leaves_those_of_others() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.counter("mine");
        PublisherMeters meters = new PublisherMeters(registry, "billing");
        meters.published("order.paid", 5);
        meters.loopError();
        meters.close();
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getName())
                .isEqualTo(List.of("mine"));
    }

    @Test
    void two_publishers_of_one_origin_share_their_meters_until_the_last_closes() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        LoopHarness first = new LoopHarness(BatchLimits.defaults());
        LoopHarness second = new LoopHarness(BatchLimits.defaults());
        PublisherMeters one = new PublisherMeters(registry, "billing");
        PublisherMeters two = new PublisherMeters(registry, "billing");
        one.watch(first.accumulator, first.loop);
        two.watch(second.accumulator, second.loop);
        first.send("a");
        second.send("b", "c");
        assertThat(buffered(registry)).isEqualTo(3);
        one.published("order.paid", 5);
        two.published("order.paid", 5);
        one.close();
        one.close();
        assertThat(buffered(registry)).isEqualTo(2);
        two.published("order.paid", 5);
        assertThat(registry.get("millrace.publisher.published").counter().count())
                .isEqualTo(3);
        two.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void counters_without_a_type_stand_at_zero_from_the_start_so_that_their_first_rise_is_seen() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        LoopHarness harness = new LoopHarness(BatchLimits.defaults());
        try (PublisherMeters meters = new PublisherMeters(registry, "billing")) {
            meters.watch(harness.accumulator, harness.loop);
            meters.watch(new FakeRetention().loop(RetentionPolicy.defaults(), meters));
            for (PublisherMeter row : PublisherMeter.TABLE) {
                if (row.kind().equals("counter") && !row.tags().contains("type")) {
                    assertThat(registry.get(row.name()).counter().count())
                            .as(row.name())
                            .isZero();
                }
            }
        }
    }

    private static double buffered(SimpleMeterRegistry registry) {
        return registry.get("millrace.publisher.buffered.events").gauge().value();
    }

    @Test
    void the_soonest_loss_that_one_of_several_publishers_foresees_is_shown_and_not_their_sum() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        SharedMeters one = new SharedMeters(registry);
        SharedMeters two = new SharedMeters(registry);
        Meter.Id id = PublisherMeter.TIME_TO_LOSS.id(Tags.of("origin", "billing"));
        one.gauge(id, SharedMeters.Merge.LOWEST, () -> Double.POSITIVE_INFINITY);
        two.gauge(id, SharedMeters.Merge.LOWEST, () -> 3_600);
        assertThat(registry.get(id.getName()).gauge().value()).isEqualTo(3_600);
        two.close();
        assertThat(registry.get(id.getName()).gauge().value()).isInfinite();
    }

    @Test
    void a_batch_is_measured_when_it_leaves_and_a_publish_by_its_outcome() {
        LoopHarness harness = new LoopHarness(BatchLimits.defaults());
        harness.send("a", "b");
        harness.turn();
        harness.target.store(harness.next());
        harness.turn();
        harness.send("c");
        harness.turn();
        FakeTarget.fail(harness.next(), RedisFault.Kind.WRONGTYPE);
        harness.turn();

        DistributionSummary size =
                harness.registry.get("millrace.publisher.batch.size").summary();
        assertThat(size.count()).isEqualTo(2);
        assertThat(size.totalAmount()).isEqualTo(3);
        assertThat(harness.registry.get("millrace.publisher.batch.wait").timer().count())
                .isEqualTo(2);
        assertThat(publishes(harness, "ok")).isEqualTo(2);
        assertThat(publishes(harness, "error")).isEqualTo(1);
    }

    private static long publishes(LoopHarness harness, String outcome) {
        return harness.registry
                .get("millrace.publisher.publish")
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    @Test
    void without_a_registry_nothing_happens() {
        PublisherMeters meters = new PublisherMeters(null, "billing");
        meters.published("order.paid", 5);
        meters.loopError();
        meters.close();
    }
}
