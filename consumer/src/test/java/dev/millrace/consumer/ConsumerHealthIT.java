package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisServer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server shows of itself to those who watch it. */
@Timeout(120)
class ConsumerHealthIT {

    private final RedisServer redis = RedisServer.embedded();
    private final TestStream stream = new TestStream(redis);

    @AfterEach
    void stop() {
        redis.close();
    }

    @Test
    void a_stopped_redis_is_seen_within_15_seconds_and_its_return_within_10() {
        try (ConsumerServer server = stream.server().build()) {
            assertThat(server.health().reason()).isEqualTo("the server is NEW");
            server.addHandler("**", Object.class, (body, header) -> {}).start();
            assertThat(server.health().up()).isTrue();
            redis.pause();
            await().atMost(Duration.ofSeconds(15)).until(() -> !server.health().up());
            assertThat(server.health().reason()).contains("no progress for");
            redis.resume();
            await().atMost(Duration.ofSeconds(10)).until(() -> server.health().up());
        }
    }

    @Test
    void a_server_with_nothing_to_do_or_with_slow_handlers_stays_up() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        stream.add("order.slow", "{}");
        try (ConsumerServer server =
                stream.server().concurrency(1).maxPending(1).build()) {
            server.addHandler("**", Object.class, (body, header) -> release.await())
                    .start();
            await().until(() -> server.status().load().running() == 1);
            await().during(Duration.ofSeconds(12))
                    .atMost(Duration.ofSeconds(14))
                    .until(() -> server.health().up());
            release.countDown();
        }
    }

    @Test
    void status_tells_the_backlog_the_loops_and_the_configuration_in_force() {
        try (ConsumerServer server = stream.server().startPaused(true).build()) {
            server.addHandler("**", Object.class, (body, header) -> {}).start();
            assertThat(server.status().loops())
                    .extracting(ConsumerStatus.LoopStatus::name)
                    .hasSize(9)
                    .allMatch(name -> name.startsWith("millrace-"));
            assertThat(server.status().configuration()).contains(Map.entry("concurrency", "32"));
            assertThat(server.status().configuration().toString()).doesNotContain("redis://");
            await().until(() -> server.status().streams().get(0).backlog() != null);
            assertThat(server.status().streams().get(0).backlog())
                    .isEqualTo(new ConsumerStatus.BacklogStatus(0, Duration.ZERO, 0));
        }
    }

    @Test
    void what_is_registered_is_what_the_table_says_and_close_removes_it() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        stream.add("order.paid", "{}");
        try (ConsumerServer server = stream.server().meterRegistry(registry).build()) {
            server.addHandler("**", Object.class, (body, header) -> {}).start();
            await().until(() -> server.status().totals().handled() == 1 && server.pending() == 0);

            Map<String, Set<Set<String>>> tags = registry.getMeters().stream()
                    .collect(Collectors.groupingBy(
                            meter -> meter.getId().getName(), Collectors.mapping(this::keys, Collectors.toSet())));
            assertThat(tags)
                    .containsExactlyInAnyOrderEntriesOf(ConsumerMeter.table().stream()
                            // There is one for each circuit breaker, and here is none.
                            .filter(meter -> !meter.equals(ConsumerMeter.BREAKER))
                            .collect(Collectors.toMap(ConsumerMeter::name, meter -> Set.of(Set.copyOf(meter.tags())))));
        }
        assertThat(registry.getMeters()).isEqualTo(List.of());
    }

    private Set<String> keys(Meter meter) {
        return meter.getId().getTags().stream().map(tag -> tag.getKey()).collect(Collectors.toCollection(TreeSet::new));
    }
}
