package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is called what in a group, and what is left of those that have gone. */
@Timeout(120)
class ConsumerNamesIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private TestStream stream;

    @BeforeEach
    void stream() {
        stream = new TestStream(REDIS.server());
    }

    private ConsumerServer server(String name) {
        return stream.server().consumer(name).build().addHandler("order.**", Map.class, (body, header) -> {});
    }

    @Test
    void two_live_servers_of_one_name_are_refused_and_told_how_to_mend_it() {
        try (ConsumerServer one = server("worker-1").start();
                ConsumerServer two = server("worker-1")) {
            assertThatThrownBy(two::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching("consumer: got 'worker-1'; another server reads stream " + stream.name()
                            + " through group workers under this name, or did when it was killed: give each server a name of"
                            + " its own, as the default is, or start again in \\d+ ms");

            one.close();
            two.start();
            assertThat(two.status().state()).isEqualTo(ConsumerStatus.State.RUNNING);
        }
    }

    @Test
    void the_name_of_a_killed_server_is_free_after_claim_idle() throws Exception {
        REDIS.server().cli("SET", stream.holder("worker-1"), "a token of the dead", "PX", "500");
        try (ConsumerServer server = server("worker-1")) {
            assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
            await().ignoreExceptions().until(() -> server.start() != null);
        }
    }

    @Test
    void a_server_whose_name_another_took_while_it_was_silent_reads_no_more_until_that_one_ends() {
        AtomicInteger handled = new AtomicInteger();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (ConsumerServer server = stream.server()
                .consumer("worker-1")
                .meterRegistry(meters)
                .build()
                .addHandler("order.**", Map.class, (body, header) -> handled.incrementAndGet())
                .start()) {
            REDIS.server().cli("SET", stream.holder("worker-1"), "another process");
            await().until(() ->
                    meters.get("millrace.consumer.name.lost").functionCounter().count() == 1);
            // Whatever was being read when it found out has ended.
            server.pause();
            server.resume();
            stream.add("order.paid", "{}");
            await().during(Duration.ofMillis(500)).until(() -> handled.get() == 0);
            assertThat(stream.pending()).isZero();
            REDIS.server().cli("DEL", stream.holder("worker-1"));
            await().until(() -> handled.get() == 1);
        }
        assertThat(stream.consumers()).doesNotContain("worker-1");
    }

    @Test
    void names_that_crashed_processes_left_behind_are_removed_after_a_while() {
        REDIS.server().cli("XGROUP", "CREATE", stream.name(), TestStream.GROUP, "0", "MKSTREAM");
        REDIS.server().cli("XGROUP", "CREATECONSUMER", stream.name(), TestStream.GROUP, "crashed");
        try (ConsumerServer server = stream.server()
                .consumerIdleLimit(Duration.ofSeconds(1))
                .build()
                .addHandler("order.**", Map.class, (body, header) -> {})
                .start()) {
            await().until(() -> !stream.consumers().contains("crashed"));
            assertThat(server.status().totals().loopFailures()).isZero();
        }
    }

    @Test
    void names_that_crashed_processes_left_are_removed_although_another_of_the_streams_refuses() {
        TestStream broken = new TestStream(REDIS.server());
        try (ConsumerServer server = broken.server().stream(stream.name())
                .consumerIdleLimit(Duration.ofSeconds(1))
                .build()
                .addHandler("order.**", Map.class, (body, header) -> {})
                .start()) {
            REDIS.server().cli("DEL", broken.name());
            REDIS.server().cli("SET", broken.name(), "not a stream");
            REDIS.server().cli("XGROUP", "CREATECONSUMER", stream.name(), TestStream.GROUP, "crashed");

            await().until(() -> !stream.consumers().contains("crashed"));
        }
    }

    @Test
    void servers_that_start_and_stop_again_and_again_leave_nothing_behind() throws Exception {
        // More for longer: -Dmillrace.startstop.seconds=60
        long until = System.nanoTime()
                + Duration.ofSeconds(Integer.getInteger("millrace.startstop.seconds", 5))
                        .toNanos();
        server("warm-up").start().close();
        Set<String> keys = keys();
        int rounds = 0;
        while (rounds < 50 || System.nanoTime() < until) {
            stream.add("order.paid", "{\"n\":" + rounds + "}");
            server("server-" + rounds % 7).start().close();
            rounds++;
        }

        // Those under whose names something was left pending: when that has been taken over, their names go.
        try (ConsumerServer last = stream.server()
                .consumerIdleLimit(Duration.ofSeconds(1))
                .build()
                .addHandler("order.**", Map.class, (body, header) -> {})
                .start()) {
            await().atMost(Duration.ofSeconds(20)).until(stream::settled);
            String own = last.status().consumer();
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            stream.consumers().lines().filter("name"::equals).count() <= 1);
            assertThat(stream.consumers())
                    .satisfiesAnyOf(
                            names -> assertThat(names).isBlank(),
                            names -> assertThat(names).contains(own));
        }
        assertThat(stream.consumers()).as("consumer names").isBlank();
        await().untilAsserted(() -> assertThat(threads()).as("threads").isEmpty());
        await().untilAsserted(
                        () -> assertThat(REDIS.server().cli("CLIENT", "LIST").lines())
                                .as("connections")
                                .hasSize(1));
        Set<String> left = keys();
        left.removeIf(key -> keys.contains(key) || key.contains(":claims:"));
        assertThat(left).as("keys").isEmpty();
    }

    private static Set<String> keys() {
        return new HashSet<>(REDIS.server().cli("KEYS", "*").lines().toList());
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("millrace-") && !name.startsWith("millrace-proxy"))
                .collect(Collectors.toSet());
    }
}
