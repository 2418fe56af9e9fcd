package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers that get several events at once. */
@Timeout(60)
class BatchHandlersIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(int id) {}

    private final TestStream stream = new TestStream(REDIS.server());
    private final Queue<List<Integer>> batches = new ConcurrentLinkedQueue<>();

    private static HandlerOptions batch(int size, int waitMillis) {
        return HandlerOptions.defaults().batch(size, Duration.ofMillis(waitMillis));
    }

    private void add(int... ids) {
        for (int id : ids) {
            stream.add("order.paid", "{\"id\":" + id + "}");
        }
    }

    private void note(Batch<Order> batch) {
        batches.add(batch.items().stream().map(item -> item.body().id()).toList());
    }

    @Test
    void a_batch_leaves_when_it_is_full_or_its_first_event_has_waited_long_enough() {
        add(IntStream.range(0, 230).toArray());
        try (ConsumerServer server =
                stream.server().concurrency(4).claimIdle(Duration.ofSeconds(10)).build()) {
            server.addBatchHandler("order.paid", Order.class, this::note, batch(100, 4_000))
                    .start();

            await().until(() -> server.status().totals().handled() == 230);
            await().until(() -> stream.pending() == 0);
            assertThat(batches).extracting(List::size).containsExactly(100, 100, 30);
            assertThat(batches.stream().flatMap(List::stream))
                    .as("in the stream's order")
                    .containsExactlyElementsOf(IntStream.range(0, 230).boxed().toList());
            add(999);
            await().until(() -> server.status().totals().handled() == 231);
        }
    }

    @Test
    void those_that_failed_come_back_in_later_batches_and_the_others_never() {
        add(IntStream.range(0, 50).toArray());
        try (ConsumerServer server = stream.server().build()) {
            server.addBatchHandler(
                            "order.paid",
                            Order.class,
                            batch -> {
                                note(batch);
                                for (Batch.Item<Order> item : batch.items()) {
                                    int id = item.body().id();
                                    if (id == 7
                                            || (id % 10 == 0 && item.delivery().attempt() == 1)) {
                                        batch.fail(item, new IOException("order " + id));
                                    }
                                }
                            },
                            batch(50, 100))
                    .start();

            await().until(() -> stream.deadLetters().size() == 1);
            await().until(() -> stream.pending() == 0);
            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(49));
            List<Integer> all = batches.stream().flatMap(List::stream).toList();
            assertThat(all).hasSize(50 + 5 + 3);
            assertThat(all.stream().filter(id -> id == 7)).hasSize(4);
            assertThat(all.stream().filter(id -> id == 20)).hasSize(2);
            assertThat(all.stream().filter(id -> id == 21)).hasSize(1);
            assertThat(stream.deadLetters().get(0))
                    .containsEntry("millrace.reason", "RETRIES_EXHAUSTED")
                    .containsEntry("millrace.exception", IOException.class.getName())
                    .containsEntry("millrace.message", "order 7");
        }
    }

    @Test
    void an_exception_fails_all_but_those_that_were_said_to_have_succeeded() {
        add(1, 2, 3, 4);
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addBatchHandler(
                            "order.paid",
                            Order.class,
                            batch -> {
                                note(batch);
                                if (calls.incrementAndGet() == 1) {
                                    batch.succeed(batch.items().get(0));
                                    batch.succeed(batch.items().get(1));
                                    throw new IllegalStateException("half-way");
                                }
                            },
                            batch(4, 200))
                    .start();

            await().until(() -> server.status().totals().handled() == 4);
            assertThat(batches.stream().flatMap(List::stream)).containsExactlyInAnyOrder(1, 2, 3, 4, 3, 4);
            await().until(() -> stream.pending() == 0);
        }
    }

    @Test
    void a_body_that_cannot_be_read_is_dead_lettered_alone() {
        add(1);
        stream.add("order.paid", "{\"id\":\"no number\"}");
        add(3);
        try (ConsumerServer server = stream.server().build()) {
            server.addBatchHandler("order.paid", Order.class, this::note, batch(3, 200))
                    .start();

            await().until(() -> server.status().totals().handled() == 2);
            assertThat(batches).containsExactly(List.of(1, 3));
            await().untilAsserted(() -> assertThat(stream.deadLetters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter).containsEntry("millrace.reason", "INVALID")));
        }
    }

    @Test
    void a_batch_holds_one_event_of_a_key_and_the_next_follows_when_that_has_ended() {
        for (int i = 0; i < 10; i++) {
            for (String key : List.of("a", "b", "c")) {
                int id = i;
                stream.add("*", "order.paid", "{\"id\":" + id + "}", header -> header.key(key));
            }
        }
        Queue<String> a = new ConcurrentLinkedQueue<>();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        Set<String> failed = ConcurrentHashMap.newKeySet();
        try (ConsumerServer server = stream.server()
                .order(OrderPolicy.byKey())
                .idempotency(IdempotencyPolicy.byEventId())
                .build()) {
            server.addBatchHandler(
                            "order.paid",
                            Order.class,
                            batch -> {
                                Set<String> keys = ConcurrentHashMap.newKeySet();
                                for (Batch.Item<Order> item : batch.items()) {
                                    String key = item.header().key();
                                    if (!keys.add(key)) {
                                        wrong.add(key);
                                    }
                                    String what = key + item.body().id();
                                    if (item.body().id() == 4 && failed.add(what)) {
                                        batch.fail(item, new IOException("once"));
                                    } else if (key.equals("a")) {
                                        a.add(what);
                                    }
                                }
                            },
                            batch(10, 20).concurrency(2))
                    .start();
            await().until(() -> server.status().totals().handled() == 30);
        }
        assertThat(wrong).isEmpty();
        assertThat(failed).hasSize(3);
        assertThat(a).containsExactly("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9");
    }

    @Test
    void a_batch_that_takes_too_long_is_interrupted_and_its_events_come_back() {
        add(1, 2, 3);
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addBatchHandler(
                            "order.paid",
                            Order.class,
                            batch -> {
                                if (calls.incrementAndGet() == 1) {
                                    new CountDownLatch(1).await();
                                }
                                note(batch);
                            },
                            batch(3, 200).timeLimit(Duration.ofMillis(200)))
                    .start();
            await().until(() -> server.status().totals().handled() == 3);
            assertThat(batches.stream().flatMap(List::stream)).containsExactlyInAnyOrder(1, 2, 3);
        }
    }

    @Test
    void other_handlers_of_an_event_run_besides_and_several_batch_handlers_one_after_the_other() {
        add(1, 2, 3);
        Queue<String> order = new ConcurrentLinkedQueue<>();
        try (ConsumerServer server = stream.server().build()) {
            server.addBatchHandler(
                            "order.paid",
                            Order.class,
                            batch -> order.add("batch"),
                            batch(3, 500).priority(2))
                    .addBatchHandler(
                            "order.*",
                            Order.class,
                            batch -> order.add("last"),
                            batch(3, 500).priority(3))
                    .addHandler(
                            "**",
                            Order.class,
                            (one, header) -> order.add("single"),
                            HandlerOptions.defaults().priority(1))
                    .start();
            await().until(() -> server.status().totals().handled() == 3);
            assertThat(order).containsExactly("single", "single", "single", "batch", "last");
        }
    }

    @Test
    void closing_interrupts_a_batch_acknowledges_what_succeeded_and_leaves_the_rest_to_others() {
        add(1, 2, 3);
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server =
                stream.server().closeTimeout(Duration.ofMillis(100)).build()) {
            server.addBatchHandler(
                            "order.paid",
                            Order.class,
                            batch -> {
                                batch.succeed(batch.items().get(0));
                                calls.incrementAndGet();
                                new CountDownLatch(1).await();
                            },
                            batch(3, 200))
                    .start();
            await().until(() -> calls.get() == 1);
        }
        assertThat(stream.pending()).isEqualTo(2);
        assertThat(stream.deadLetters()).isEmpty();
    }
}
