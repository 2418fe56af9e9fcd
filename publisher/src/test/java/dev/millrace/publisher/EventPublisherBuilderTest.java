package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.publisher.RetentionPolicy.WhenHeldBack;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventPublisherBuilderTest {

    private static final Duration NEGATIVE = Duration.ofMillis(-1);

    @Test
    void more_events_in_flight_than_the_client_takes_are_refused_unless_the_buffer_is_smaller() {
        EventPublisherBuilder builder =
                EventPublisher.builder("billing").batch(BatchLimits.defaults().withMaxEvents(100_000));
        assertThat(builder.settings().batch().maxEvents()).isEqualTo(100_000);
        assertThatThrownBy(() -> builder.buffer(126_977, 64 << 20).settings())
                .hasMessage(
                        "batch.maxEvents, batch.maxConcurrentBatches: got 100000 and 5 with buffer.events 126977:"
                                + " 126977 events could be in flight, and the Redis client takes 126976; lower one of the three");
        assertThat(builder.buffer(126_976, 64 << 20).settings().buffer().events())
                .isEqualTo(126_976);
        assertThat(builder.buffer(1_000_000, 64 << 20)
                        .batch(BatchLimits.defaults())
                        .settings()
                        .buffer()
                        .events())
                .isEqualTo(1_000_000);
    }

    @Test
    void the_defaults_are_those_of_the_documentation() {
        PublisherSettings settings = EventPublisher.builder("billing").settings();
        assertThat(settings.batch()).isEqualTo(new BatchLimits(500, 1 << 20, Duration.ofMillis(5), 5));
        assertThat(settings.buffer()).isEqualTo(new PublisherSettings.Buffer(10_000, 64 << 20, Duration.ofSeconds(5)));
        assertThat(settings.timeouts().delivery()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.timeouts().close()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.delivery()).isEqualTo(new PublisherSettings.Delivery(true, false, 1_000, 16 << 20));
        assertThat(settings.maxEventBytes()).isEqualTo(1 << 20);
        assertThat(BatchLimits.none().maxEvents()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void nonsense_is_refused_with_key_value_and_mend(
            String key, String value, Consumer<EventPublisherBuilder> configuration) {
        EventPublisherBuilder builder = EventPublisher.builder("billing");
        assertThatThrownBy(() -> {
                    configuration.accept(builder);
                    builder.settings();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(key + ":")
                .hasMessageContaining("got " + value)
                .hasMessageMatching(".*(use|raise) .*")
                .hasMessageNotContaining("\n");
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                row("buffer.events", "0", b -> b.buffer(0, 1 << 26)),
                row("buffer.events", "-1", b -> b.buffer(-1, 1 << 26)),
                row("buffer.events", "8388609", b -> b.buffer(8_388_609, 1 << 26)),
                row("buffer.bytes", "0", b -> b.buffer(1, 0)),
                row("buffer.bytes", "1000", b -> b.buffer(1, 1_000)),
                row("maxEventBytes", "0", b -> b.maxEventBytes(0)),
                row("maxEventBytes", "-5", b -> b.maxEventBytes(-5)),
                row("blockFor", "PT-0.001S", b -> b.blockFor(NEGATIVE)),
                row("blockFor", "PT8784H", b -> b.blockFor(Duration.ofDays(366))),
                row("deliveryTimeout", "PT0S", b -> b.deliveryTimeout(Duration.ZERO)),
                row("deliveryTimeout", "PT-0.001S", b -> b.deliveryTimeout(NEGATIVE)),
                row("closeTimeout", "PT-0.001S", b -> b.closeTimeout(NEGATIVE)),
                row("failedEvents.events", "-1", b -> b.failedEvents(-1, 0)),
                row("failedEvents.bytes", "-1", b -> b.failedEvents(0, -1)),
                row(
                        "retention.whenHeldBack",
                        "REFUSE",
                        b -> b.retention(RetentionPolicy.defaults().whenHeldBack(WhenHeldBack.REFUSE))),
                row("batch.maxEvents", "0", b -> b.batch(BatchLimits.defaults().withMaxEvents(0))),
                row("batch.maxEvents", "-1", b -> b.batch(BatchLimits.defaults().withMaxEvents(-1))),
                row("batch.maxBytes", "0", b -> b.batch(BatchLimits.defaults().withMaxBytes(0))),
                row("batch.maxWait", "PT0S", b -> b.batch(BatchLimits.defaults().withMaxWait(Duration.ZERO))),
                row(
                        "batch.maxWait",
                        "PT-0.001S",
                        b -> b.batch(BatchLimits.defaults().withMaxWait(NEGATIVE))),
                row(
                        "batch.maxConcurrentBatches",
                        "0",
                        b -> b.batch(BatchLimits.defaults().withMaxConcurrentBatches(0))),
                row("batch.maxWait", "PT1M", b -> b.batch(BatchLimits.defaults().withMaxWait(Duration.ofMinutes(1)))));
    }

    @Test
    void a_missing_redis_and_a_blank_or_impossible_origin_are_refused() {
        assertThatThrownBy(() -> EventPublisher.builder("billing").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("redis: missing; set one, as in redis(\"redis://localhost:6379\")");
        assertThatThrownBy(() -> EventPublisher.builder(" ").settings())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("origin:");
        assertThatThrownBy(() -> EventPublisher.builder("bil\nling").settings())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("origin");
    }

    private static Arguments row(String key, String value, Consumer<EventPublisherBuilder> configuration) {
        return Arguments.of(key, value, configuration);
    }
}
