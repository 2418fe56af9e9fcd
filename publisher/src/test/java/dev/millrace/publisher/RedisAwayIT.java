package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.routing.Routing;
import dev.millrace.testkit.RedisServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Redis is away under steady load. With {@code -Dmillrace.tests.long=true} it is so for 20 s, longer than an attempt waits
 * for its answers.
 */
@Timeout(120)
class RedisAwayIT {

    private static final Duration AWAY = Duration.ofMillis(Boolean.getBoolean("millrace.tests.long") ? 20_000 : 6_500);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int EVENTS = 2_000;
    private static final long BYTES = 2 << 20;

    /** Of both publishers: bytes count twice while they are on their way, and each event has about 1 KiB of objects. */
    private static final long HEAP_BOUND = 2 * (2 * BYTES + EVENTS * 1_024);

    // Enough against kill -9: what is answered is written, and the operating system lives on.
    private final RedisServer server = RedisServer.builder()
            .appendOnly(true)
            .arguments("--appendfsync", "no")
            .start();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void while_redis_is_away_memory_is_bounded_and_what_was_accepted_arrives_in_order(boolean killed) throws Exception {
        try (EventPublisher waits = publisher("waits").build();
                EventPublisher fails =
                        publisher("fails").blockFor(Duration.ZERO).build();
                SteadyLoad waiting = new SteadyLoad(waits);
                SteadyLoad failing = new SteadyLoad(fails)) {
            awaitStored(waiting, 1_000);
            awaitStored(failing, 1_000);
            long before = heap();
            goAway(killed);
            long growth = watch(waiting, failing) - before;
            comeBack(killed);
            awaitStored(waiting, waiting.stored() + EVENTS);
            awaitStored(failing, failing.stored() + EVENTS);
            waiting.close();
            failing.close();

            assertThat(growth).as("bytes of heap, after a collection").isLessThan(HEAP_BOUND);
            assertThat(waiting.refused()).as("waited for room, and in vain").isPositive();
            assertThat(waiting.shortestRefusalMillis()).isGreaterThanOrEqualTo(5_000);
            assertThat(failing.refused()).as("refused at once").isGreaterThan(1_000);
            assertThat(failing.longestRefusalMillis()).isLessThan(2_000);
            assertArrived("waits", waiting);
            assertArrived("fails", failing);
        }
    }

    private void goAway(boolean killed) {
        if (killed) {
            server.kill();
        } else {
            server.pause(); // connections stay, and nothing is answered
        }
    }

    private void comeBack(boolean killed) {
        if (killed) {
            server.restart();
        } else {
            server.resume();
        }
    }

    private EventPublisherBuilder publisher(String origin) {
        return EventPublisher.builder(origin)
                .redis(server.uri())
                .routing(Routing.builder()
                        .route("**")
                        .toStream("{origin}-{namespace}")
                        .build())
                .buffer(EVENTS, BYTES)
                .meterRegistry(registry);
    }

    /** Looks at what the publishers hold until Redis is to come back; the heap that is used then. */
    private static long watch(SteadyLoad waiting, SteadyLoad failing) throws InterruptedException {
        long until = System.nanoTime() + AWAY.toNanos();
        while (System.nanoTime() < until) {
            for (SteadyLoad load : List.of(waiting, failing)) {
                MemoryStats held = load.publisher().memoryStats();
                assertThat(held.bufferedEvents()).isLessThanOrEqualTo(EVENTS);
                assertThat(held.bufferedBytes()).isLessThanOrEqualTo(BYTES);
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        }
        return heap();
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void assertArrived(String origin, SteadyLoad load) throws Exception {
        load.publisher().flush().get(30, TimeUnit.SECONDS);
        assertThat(load.publisher().failedEvents()).isEmpty();
        int surplus = 0;
        for (String namespace : SteadyLoad.NAMESPACES) {
            List<Integer> inStream = Entries.numbers(server, origin + "-" + namespace);
            assertThat(inStream.stream().distinct().toList())
                    .as("%s of the publisher that %s", namespace, origin)
                    .isEqualTo(load.accepted(namespace));
            surplus += inStream.size() - load.accepted(namespace).size();
        }
        assertThat((double) surplus)
                .as("duplicates that nobody counted")
                .isLessThanOrEqualTo(
                        registry
                                .find("millrace.publisher.suspected.duplicates")
                                .tag("origin", origin)
                                .counters()
                                .stream()
                                .mapToDouble(counter -> counter.count())
                                .sum());
    }

    private static void awaitStored(SteadyLoad load, int count) {
        await().atMost(Duration.ofSeconds(40)).until(() -> load.stored() >= count);
    }
}
