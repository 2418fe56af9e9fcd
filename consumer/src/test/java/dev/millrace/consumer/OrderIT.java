package dev.millrace.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events of one key, one after the other, also when some of them fail. */
@Timeout(120)
class OrderIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Step(String key, int number) {}

    private final TestStream stream = new TestStream(REDIS.server());

    @Test
    void no_key_of_1000_gets_out_of_order_over_100_000_events_of_which_a_twentieth_fails() throws Exception {
        int keys = 1_000;
        int perKey = 100;
        stream.addMany(
                keys * perKey,
                i -> new TestStream.Added(
                        "order.step",
                        ("{\"key\":\"k-" + i % keys + "\",\"number\":" + i / keys + "}").getBytes(UTF_8),
                        "k-" + i % keys));
        Map<String, AtomicInteger> next = new ConcurrentHashMap<>();
        Set<String> running = ConcurrentHashMap.newKeySet();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        AtomicLong failures = new AtomicLong();
        Random random = new Random(42);
        try (ConsumerServer server = stream.server()
                .order(OrderPolicy.byKey())
                .claimIdle(Duration.ofSeconds(5))
                .retry(RetryPolicy.fixed(20, Duration.ofMillis(3)))
                .build()) {
            server.addHandler("order.step", Step.class, (step, header) -> {
                        if (!running.add(step.key())) {
                            wrong.add(step.key() + " at once");
                        }
                        int expected = next.computeIfAbsent(step.key(), key -> new AtomicInteger())
                                .get();
                        if (expected != step.number()) {
                            wrong.add(step.key() + ": " + step.number() + " instead of " + expected);
                        }
                        boolean fails = random.nextInt(20) == 0;
                        if (!fails) {
                            next.get(step.key()).incrementAndGet();
                        }
                        running.remove(step.key());
                        if (fails) {
                            failures.incrementAndGet();
                            throw new IllegalStateException("now and then");
                        }
                    })
                    .start();
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> server.status().totals().handled() == keys * perKey || !wrong.isEmpty());
            assertThat(wrong).isEmpty();
            assertThat(failures.get()).isGreaterThan(2_000);
            await().until(() -> server.pending() == 0);
        }
    }

    @Test
    void later_events_of_a_key_wait_while_one_retries_and_go_on_once_it_is_dead() {
        for (int i = 0; i < 3; i++) {
            int number = i;
            stream.add("*", "order.step", "{\"key\":\"a\",\"number\":" + number + "}", header -> header.key("a"));
            stream.add("*", "order.step", "{\"key\":\"b\",\"number\":" + number + "}", header -> header.key("b"));
        }
        List<String> handled = new ArrayList<>();
        try (ConsumerServer server = stream.server()
                .order(OrderPolicy.byKey())
                .retry(RetryPolicy.fixed(2, Duration.ofMillis(300)))
                .build()) {
            server.addHandler("order.step", Step.class, (step, header) -> {
                        synchronized (handled) {
                            handled.add(step.key() + step.number());
                        }
                        if (step.key().equals("a") && step.number() == 0) {
                            throw new IllegalStateException("always");
                        }
                    })
                    .start();
            await().until(() ->
                    server.pending() == 0 && server.status().totals().deadLettered() == 1);
        }
        assertThat(handled.stream().filter(what -> what.startsWith("a"))).containsExactly("a0", "a0", "a0", "a1", "a2");
        assertThat(handled.stream().filter(what -> what.startsWith("b"))).containsExactly("b0", "b1", "b2");
        assertThat(handled.indexOf("b2")).as("b does not wait for a").isLessThan(handled.indexOf("a1"));
    }

    @Test
    void events_without_a_key_wait_for_nobody() {
        for (int i = 0; i < 4; i++) {
            stream.add("order.step", "{\"key\":\"none\",\"number\":" + i + "}");
        }
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (ConsumerServer server = stream.server().order(OrderPolicy.byKey()).build()) {
            server.addHandler("order.step", Step.class, (step, header) -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        await().until(() -> most.get() == 4);
                        running.decrementAndGet();
                    })
                    .start();
            await().until(() -> server.status().totals().handled() == 4);
        }
    }

    @Test
    void an_order_function_that_fails_stops_neither_the_stream_nor_loses_the_event() {
        stream.add("order.step", "{\"key\":\"x\",\"number\":1}");
        stream.add("order.other", "{\"key\":\"x\",\"number\":2}");
        OrderPolicy failing = OrderPolicy.by(delivery -> {
            if (delivery.header().type().equals("order.step")) {
                throw new IllegalStateException("cannot tell");
            }
            return "x";
        });
        try (ConsumerServer server = stream.server().order(failing).build()) {
            server.addHandler("**", Step.class, (step, header) -> {}).start();
            await().until(() -> server.status().totals().handled() == 1);
            await().untilAsserted(() -> assertThat(stream.deadLetters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter).containsEntry("millrace.reason", "INVALID")));
        }
    }

    @Test
    void what_a_lost_answer_had_brought_is_handled_before_anything_newer() throws Exception {
        List<Integer> got = new CopyOnWriteArrayList<>();
        try (TcpProxy way = TcpProxy.inFrontOf(REDIS.server());
                ConsumerServer server = ConsumerServer.builder().redis(way.uri()).stream(stream.name())
                        .group(TestStream.GROUP)
                        .claimIdle(Duration.ofSeconds(9))
                        .order(OrderPolicy.byKey())
                        .build()) {
            server.addHandler("order.step", Step.class, (step, header) -> got.add(step.number()))
                    .start();
            step(0);
            await().until(() -> got.size() == 1);
            way.dropReplies();
            step(1);
            // Delivered, and the answer is on its way to nobody.
            await().until(() -> stream.pending() == 1);
            step(2);
            step(3);
            way.heal();
            await().atMost(Duration.ofSeconds(20)).until(() -> got.size() == 4);
            assertThat(got).containsExactly(0, 1, 2, 3);
            assertThat(server.status().totals().reclaimed()).isEqualTo(1);
        }
    }

    @Test
    void what_is_pending_under_the_name_of_a_server_that_starts_is_handled_before_anything_newer() {
        List<Integer> got = new CopyOnWriteArrayList<>();
        step(0);
        step(1);
        stream.readAs("me");
        step(2);
        try (ConsumerServer server =
                stream.server().consumer("me").order(OrderPolicy.byKey()).build()) {
            server.addHandler("order.step", Step.class, (step, header) -> got.add(step.number()))
                    .start();
            await().until(() -> got.size() == 3);
            assertThat(got).containsExactly(0, 1, 2);
        }
    }

    @Test
    void what_is_taken_over_from_another_server_is_handled_in_the_streams_order() {
        List<Integer> got = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            step(i);
        }
        stream.readAs("gone");
        stream.age("gone", Duration.ofMinutes(1));
        try (ConsumerServer server =
                stream.server().order(OrderPolicy.byKey()).concurrency(32).build()) {
            server.addHandler("order.step", Step.class, (step, header) -> got.add(step.number()))
                    .start();
            await().until(() -> got.size() == 20);
            assertThat(got).isSorted();
        }
    }

    private void step(int number) {
        stream.add("*", "order.step", "{\"key\":\"k\",\"number\":" + number + "}", header -> header.key("k"));
    }
}
