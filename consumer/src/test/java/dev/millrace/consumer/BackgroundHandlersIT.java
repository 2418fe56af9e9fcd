package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers with threads of their own. */
@Timeout(60)
class BackgroundHandlersIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(String id) {}

    private final TestStream stream = new TestStream(REDIS.server());
    private final Queue<String> handled = new ConcurrentLinkedQueue<>();

    private static HandlerOptions background(int permits) {
        return HandlerOptions.defaults().background(permits);
    }

    private void add(String type, int count) {
        for (int i = 0; i < count; i++) {
            stream.add(type, "{\"id\":\"" + i + "\"}");
        }
    }

    @Test
    void a_background_handler_that_hangs_takes_no_permit_of_the_others() {
        add("report.asked", 200);
        add("order.paid", 50);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger reports = new AtomicInteger();
        try (ConsumerServer server = stream.server().concurrency(2).build()) {
            server.addHandler(
                            "report.asked",
                            Order.class,
                            (order, header) -> {
                                reports.incrementAndGet();
                                release.await();
                            },
                            background(3))
                    .addHandler("order.paid", Order.class, (order, header) -> handled.add(order.id()))
                    .start();

            await().until(() -> handled.size() == 50);
            await().during(Duration.ofMillis(300)).until(() -> reports.get() == 3);
            release.countDown();
            await().until(() -> server.status().totals().handled() == 250);
            await().until(() -> server.pending() == 0);
        } finally {
            release.countDown();
        }
    }

    @Test
    void what_waits_for_background_handlers_is_bounded_by_max_pending() {
        add("report.asked", 300);
        CountDownLatch release = new CountDownLatch(1);
        try (ConsumerServer server =
                stream.server().concurrency(2).maxPending(50).build()) {
            server.addHandler("report.asked", Order.class, (order, header) -> release.await(), background(1))
                    .start();
            await().until(() -> server.status().load().inFlight() == 50);
            await().during(Duration.ofMillis(500))
                    .until(() -> server.status().load().inFlight() <= 50);
            release.countDown();
            await().until(() -> server.status().totals().handled() == 300);
        } finally {
            release.countDown();
        }
    }

    @Test
    void an_event_with_handlers_of_both_kinds_passes_them_in_their_order_and_a_retry_calls_only_those_left() {
        add("order.paid", 1);
        AtomicInteger second = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler(
                            "order.paid",
                            Order.class,
                            (order, header) -> {
                                if (second.incrementAndGet() == 1) {
                                    throw new IllegalStateException("once");
                                }
                                handled.add("second in " + pool());
                            },
                            background(1).priority(2))
                    .addHandler(
                            "order.paid",
                            Order.class,
                            (order, header) -> handled.add("third in " + pool()),
                            HandlerOptions.defaults().priority(3))
                    .addHandler(
                            "order.paid",
                            Order.class,
                            (order, header) -> handled.add("first in " + pool()),
                            HandlerOptions.defaults().priority(1))
                    .start();

            await().until(() -> server.status().totals().handled() == 1);
            assertThat(handled).containsExactly("first in handler", "second in order.paid", "third in handler");
            assertThat(second).hasValue(2);
        }
    }

    private static String pool() {
        String[] parts = Thread.currentThread().getName().split("-", -1);
        return parts[parts.length - 2];
    }

    @Test
    void a_key_keeps_its_order_though_its_events_change_threads() {
        int perKey = 20;
        for (int i = 0; i < perKey; i++) {
            for (String key : List.of("a", "b", "c")) {
                stream.add("*", "order.paid", "{\"id\":\"" + key + i + "\"}", header -> header.key(key));
            }
        }
        Set<String> open = ConcurrentHashMap.newKeySet();
        List<String> wrong = new ArrayList<>();
        try (ConsumerServer server = stream.server().order(OrderPolicy.byKey()).build()) {
            server.addHandler(
                            "order.paid",
                            Order.class,
                            (order, header) -> {
                                if (!open.add(header.key())) {
                                    wrong.add(order.id());
                                }
                            },
                            HandlerOptions.defaults().priority(1))
                    .addHandler(
                            "order.*",
                            Order.class,
                            (order, header) -> {
                                handled.add(order.id());
                                open.remove(header.key());
                            },
                            background(4))
                    .start();
            await().until(() -> server.status().totals().handled() == 3 * perKey);
        }
        assertThat(wrong).as("begun before the one before it had passed both").isEmpty();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < perKey; i++) {
            expected.add("a" + i);
        }
        assertThat(handled.stream().filter(id -> id.startsWith("a"))).containsExactlyElementsOf(expected);
    }

    @Test
    void what_waited_for_a_background_handler_at_close_is_handled_by_the_next_server() {
        add("report.asked", 20);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ConsumerServer first = stream.server().build();
        first.addHandler(
                        "report.asked",
                        Order.class,
                        (order, header) -> {
                            begun.countDown();
                            release.await();
                            handled.add(order.id());
                        },
                        background(1))
                .start();
        await().until(() -> begun.getCount() == 0 && first.status().load().buffered() == 19);
        Thread closing = new Thread(first::close);
        closing.start();
        await().until(() -> first.status().load().buffered() == 0);
        release.countDown();
        await().until(() -> first.status().state() == ConsumerStatus.State.CLOSED);
        assertThat(handled).as("it drains what runs, and begins nothing more").hasSize(1);
        assertThat(stream.pending()).isEqualTo(19);
        try (ConsumerServer second = stream.server().build()) {
            second.addHandler("report.asked", Order.class, (order, header) -> handled.add(order.id()))
                    .start();
            await().until(() -> handled.size() == 20);
            await().until(() -> stream.pending() == 0);
        }
        assertThat(Set.copyOf(handled)).hasSize(20);
    }
}
