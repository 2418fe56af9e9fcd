package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.redis.RedisSetupException;
import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to events around starts, closes, slow handlers and a Redis that forgot everything. */
@Timeout(60)
class ConsumerLifecycleIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(String id, int amount) {}

    private RedisServer redis;
    private TestStream stream;

    @BeforeEach
    void stream() {
        redis = REDIS.server();
        stream = new TestStream(redis);
    }

    @Test
    void a_handler_ten_times_slower_than_claim_idle_is_not_run_a_second_time_anywhere() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        DeliveryHandler<Order> slow = (order, header, delivery) -> {
            begun.incrementAndGet();
            pause(Duration.ofSeconds(4));
            ended.incrementAndGet();
        };
        try (ConsumerServer one =
                        stream.server().claimIdle(Duration.ofMillis(400)).build();
                ConsumerServer two =
                        stream.server().claimIdle(Duration.ofMillis(400)).build()) {
            one.addHandler("order.paid", Order.class, slow).start();
            two.addHandler("order.paid", Order.class, slow).start();

            await().atMost(Duration.ofSeconds(20)).until(() -> ended.get() == 1);
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            assertThat(begun).hasValue(1);
        }
    }

    @Test
    void what_waits_or_has_not_begun_at_close_is_taken_over_at_once_with_its_attempts() throws Exception {
        stream.add("order.failing", "{\"id\":\"o-0\",\"amount\":1}");
        for (int i = 1; i <= 10; i++) {
            stream.add("order.paid", "{\"id\":\"o-" + i + "\",\"amount\":1}");
        }
        CountDownLatch release = new CountDownLatch(1);
        Set<String> first = ConcurrentHashMap.newKeySet();
        Map<String, Integer> second = new ConcurrentHashMap<>();
        ConsumerServer closing = stream.server()
                .concurrency(1)
                .retry(RetryPolicy.fixed(3, Duration.ofMinutes(5)))
                .build();
        closing.addHandler("order.failing", Order.class, (order, header) -> {
            throw new IllegalStateException("later");
        });
        closing.addHandler("order.paid", Order.class, (order, header) -> {
            first.add(order.id());
            release.await();
        });
        closing.start();
        await().until(() -> first.size() == 1 && closing.status().load().waiting() == 1);
        Thread close = new Thread(closing::close);
        close.start();
        await().until(() -> closing.status().load().buffered() == 0);
        release.countDown();
        close.join(20_000);
        assertThat(stream.consumers()).contains(closing.status().consumer());
        assertThat(stream.pending()).isBetween(2L, 10L);

        try (ConsumerServer next = stream.server().build()) {
            next.addHandler("**", Order.class, (order, header, delivery) -> second.put(order.id(), delivery.attempt()));
            next.start();
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
        }
        assertThat(first).hasSize(1);
        assertThat(second).hasSize(10).doesNotContainKeys(first.toArray(String[]::new));
        assertThat(second).containsEntry("o-0", 2);
    }

    @Test
    void a_clean_close_leaves_no_consumer_name_and_no_thread() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        ConsumerServer server = stream.server().consumer("tidy").build();
        server.addHandler("order.paid", Order.class, (order, header) -> {});
        server.start();
        await().until(() -> server.status().totals().handled() == 1);
        server.close();
        server.close();

        assertThat(stream.consumers()).doesNotContain("tidy");
        assertThat(server.status().state()).isEqualTo(ConsumerStatus.State.CLOSED);
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("millrace-" + TestStream.GROUP)));
    }

    @Test
    void a_flushed_redis_gets_its_group_back_and_events_flow_on() {
        AtomicInteger handled = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> handled.incrementAndGet());
            server.start();
            stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
            await().until(() -> handled.get() == 1);

            redis.cli("FLUSHALL");
            stream.add("order.paid", "{\"id\":\"o-2\",\"amount\":1}");
            await().until(() -> handled.get() == 2);
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
        }
    }

    @Test
    void what_waits_behind_a_slow_handler_is_left_to_a_server_that_is_free() {
        for (int i = 0; i < 4; i++) {
            stream.add("order.paid", "{\"id\":\"o-" + i + "\",\"amount\":1}");
        }
        AtomicInteger byBusy = new AtomicInteger();
        AtomicInteger byFree = new AtomicInteger();
        try (ConsumerServer busy = stream.server().concurrency(1).build();
                ConsumerServer free = stream.server().build()) {
            busy.addHandler("order.paid", Order.class, (order, header) -> {
                byBusy.incrementAndGet();
                pause(Duration.ofSeconds(5));
            });
            busy.start();
            await().until(() -> byBusy.get() == 1 && busy.status().load().buffered() > 0);
            free.addHandler("order.paid", Order.class, (order, header) -> byFree.incrementAndGet());
            free.start();

            await().atMost(Duration.ofSeconds(4)).until(() -> byFree.get() == 3);
            assertThat(byBusy).hasValue(1);
            assertThat(busy.status().totals().reclaimed()).isZero();
        }
    }

    @Test
    void a_second_close_returns_no_sooner_than_the_first() throws Exception {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        ConsumerServer server = stream.server().build();
        server.addHandler("order.paid", Order.class, (order, header) -> {
            begun.countDown();
            pause(Duration.ofSeconds(1));
            ended.incrementAndGet();
        });
        server.start();
        begun.await();
        Thread first = new Thread(server::close);
        first.start();
        await().until(() -> server.status().state() == ConsumerStatus.State.CLOSING);

        server.close();
        assertThat(ended).hasValue(1);
        assertThat(stream.pending()).isZero();
        first.join();
    }

    @Test
    void a_start_that_failed_leaves_nothing_behind_and_may_be_tried_again() {
        try (RedisServer late = RedisServer.embedded()) {
            late.kill();
            try (ConsumerServer server = ConsumerServer.builder().redis(late.uri()).stream("orders")
                    .group(TestStream.GROUP)
                    .build()) {
                server.addHandler("order.paid", Order.class, (order, header) -> {});
                assertThatThrownBy(server::start)
                        .isInstanceOf(RedisSetupException.class)
                        .message()
                        .hasLineCount(1)
                        .contains(Integer.toString(late.port()));

                late.restart();
                server.start();
                assertThat(server.status().state()).isEqualTo(ConsumerStatus.State.RUNNING);
            }
        }
    }

    @Test
    void a_close_inside_a_handler_is_refused_and_does_not_hang() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        ConsumerServer server = stream.server().retry(RetryPolicy.none()).build();
        server.addHandler("order.paid", Order.class, (order, header) -> server.close());
        server.start();
        await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
        server.close();
        assertThat(stream.deadLetters().get(0).get("millrace.message")).contains("close() inside a handler");
    }

    @Test
    void an_identity_function_that_throws_costs_one_event_and_not_the_stream() {
        stream.add("order.paid", "{\"id\":\"o-1\",\"amount\":1}");
        stream.add("*", "order.paid", "{\"id\":\"o-2\",\"amount\":1}", header -> header.key("k"));
        AtomicInteger handled = new AtomicInteger();
        try (ConsumerServer server = stream.server()
                .idempotency(IdempotencyPolicy.by(delivery -> {
                    if (delivery.header().key() == null) {
                        throw new IllegalStateException("no key");
                    }
                    return delivery.header().key();
                }))
                .build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> handled.incrementAndGet());
            server.start();

            await().until(() -> handled.get() == 1);
            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
        }
    }

    private static void pause(Duration time) throws InterruptedException {
        boolean ended = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(ended).isFalse();
    }
}
