package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.redis.RedisSetupException;
import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Starts and closes in any order and number leave nothing behind: no thread, no connection, no consumer name. */
@Timeout(180)
class LifecycleStressIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private RedisServer redis;
    private TestStream stream;
    private long connections;

    @BeforeEach
    void before() {
        redis = REDIS.server();
        stream = new TestStream(redis);
        connections = connections();
    }

    @AfterEach
    void nothing_is_left() {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("millrace-"));
            assertThat(connections()).isEqualTo(connections);
        });
    }

    private long connections() {
        return redis.cli("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("addr="))
                .count();
    }

    private ConsumerServer server() {
        return stream.server().build().addHandler("**", Map.class, (body, header) -> {});
    }

    @Test
    void a_start_that_fails_half_way_leaves_nothing_and_may_be_tried_again() {
        String taken = stream.name() + "-taken";
        redis.cli("SET", taken, "no stream");
        try (ConsumerServer server = stream.server().stream(taken)
                .closeOnShutdown(Duration.ofSeconds(1))
                .build()
                .addHandler("**", Map.class, (body, header) -> {})) {
            assertThatThrownBy(server::start)
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageContaining(taken);
            assertThat(server.status().state()).isEqualTo(ConsumerStatus.State.NEW);
            nothing_is_left();
            assertThat(stream.consumers()).isBlank();

            redis.cli("DEL", taken);
            assertThat(server.start().status().state()).isEqualTo(ConsumerStatus.State.RUNNING);
        }
    }

    @Test
    void a_client_that_was_handed_in_is_open_after_close() {
        RedisClient client = RedisClient.create(redis.uri());
        try {
            stream.add("order.paid", "{}");
            try (ConsumerServer server = stream.server(ConsumerServer.builder().redis(client))
                    .build()
                    .addHandler("**", Map.class, (body, header) -> {})
                    .start()) {
                await().until(() -> server.status().totals().handled() == 1);
            }
            assertThat(client.connect().sync().ping()).isEqualTo("PONG");
        } finally {
            client.shutdown();
        }
    }

    @Test
    void a_server_that_is_closed_before_its_start_stays_closed() {
        ConsumerServer server = server();
        server.close();
        server.close();
        assertThatThrownBy(server::start).hasMessage("the server is CLOSED; build a new one");
    }

    @Test
    void starts_and_closes_of_one_server_from_many_threads_are_refused_or_have_their_effect_once() throws Exception {
        Random random = new Random(17);
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            for (int round = 0; round < 10; round++) {
                ConsumerServer server = server();
                CountDownLatch go = new CountDownLatch(1);
                List<Callable<Object>> calls = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    int call = random.nextInt(5);
                    calls.add(() -> {
                        go.await();
                        switch (call) {
                            case 0 -> server.close();
                            case 1 -> server.pause();
                            case 2 -> server.status();
                            default -> server.start();
                        }
                        return call;
                    });
                }
                List<Future<Object>> results =
                        calls.stream().map(threads::submit).toList();
                go.countDown();
                for (Future<Object> result : results) {
                    await().until(result::isDone);
                    try {
                        result.get();
                    } catch (java.util.concurrent.ExecutionException e) {
                        assertThat(e.getCause()).isInstanceOf(IllegalStateException.class);
                    }
                }
                server.close();
                assertThat(server.status().state()).isEqualTo(ConsumerStatus.State.CLOSED);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(stream.consumers()).isBlank();
    }

    /** For longer: {@code -Dmillrace.stress.seconds=60}. */
    @Test
    void fifty_servers_that_start_and_close_in_a_loop_leave_no_name_and_no_key_behind() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("millrace.stress.seconds", 8));
        stream.add("order.paid", "{}");
        try (ConsumerServer first = server().start()) {
            await().until(() -> first.status().totals().handled() == 1);
        }
        Set<String> keys = keys();
        ExecutorService threads = Executors.newFixedThreadPool(50);
        List<Future<Integer>> runs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            runs.add(threads.submit(() -> {
                int started = 0;
                do {
                    try (ConsumerServer server = patient().start()) {
                        assertThat(server.status().state()).isEqualTo(ConsumerStatus.State.RUNNING);
                        started++;
                    }
                } while (System.nanoTime() - end < 0);
                return started;
            }));
        }
        int started = 0;
        for (Future<Integer> run : runs) {
            started += run.get(100, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(started).isGreaterThanOrEqualTo(50);
        assertThat(stream.consumers()).isBlank();
        assertThat(keys()).isEqualTo(keys);
    }

    /** One that gives a busy machine time to connect. */
    private ConsumerServer patient() {
        return stream.server()
                .claimIdle(Duration.ofSeconds(30))
                .build()
                .addHandler("**", Map.class, (body, header) -> {});
    }

    private Set<String> keys() {
        return redis.cli("KEYS", "*" + stream.name() + "*").lines().collect(Collectors.toSet());
    }

    @Test
    void a_handler_that_heeds_no_interrupt_does_not_hold_close_beyond_its_deadline() throws Exception {
        stream.add("order.paid", "{}");
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean released = new AtomicBoolean();
        ConsumerServer server = stream.server().build().addHandler("**", Map.class, (body, header) -> {
            begun.countDown();
            while (!released.get()) {
                Thread.onSpinWait();
            }
        });
        server.start();
        begun.await();
        try {
            long startedAt = System.nanoTime();
            server.close(Duration.ofMillis(200));
            // The time for handlers, and 2 seconds for all the rest.
            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofMillis(2_200));
            assertThat(stream.pending()).isEqualTo(1);
        } finally {
            released.set(true);
        }
    }
}
