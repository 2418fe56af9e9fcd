package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A start that fails at the second of several streams undoes what it did for the first. */
@Timeout(60)
class HalfStartIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream first = new TestStream(REDIS.server());
    private final TestStream second = new TestStream(REDIS.server());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** The registry refuses one of the second stream's meters. */
    private void refuse(String meter) {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                if (second.name().equals(id.getTag("stream")) && id.getName().equals(meter)) {
                    throw new IllegalStateException("refused");
                }
                return MeterFilterReply.NEUTRAL;
            }
        });
    }

    private void startFails() {
        ConsumerServer server = first.server().stream(second.name())
                .meterRegistry(registry)
                .build()
                .addHandler("**", Map.class, (body, header) -> {});
        assertThatThrownBy(server::start).hasMessage("refused");
        assertThat(registry.getMeters()).isEmpty();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().contains(first.name())));
    }

    @Test
    void no_meter_is_left_if_the_registry_refuses_a_counter() {
        refuse(ConsumerMeter.DEAD_LETTERS.name());
        startFails();
    }

    @Test
    void no_meter_is_left_if_the_registry_refuses_a_gauge() {
        refuse(ConsumerMeter.OLDEST_RECORD.name());
        startFails();
    }
}
