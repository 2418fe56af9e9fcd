package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.redis.internal.MortalRedis;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.StreamArchive;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.testkit.RedisExtension;
import dev.millrace.testkit.RedisServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to events in hand when the stream, the group or the code around a handler fails them. */
@Timeout(60)
class ConsumerRecoveryIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static final String PAID = "order.paid";
    private static final String ORDER = "{\"id\":\"o-1\"}";

    private RedisServer redis;
    private TestStream stream;

    @BeforeEach
    void stream() {
        redis = REDIS.server();
        stream = new TestStream(redis);
    }

    private static DeliveryHandler<Map<?, ?>> failingUntil(int attempt, AtomicInteger successes) {
        return (body, header, delivery) -> {
            if (delivery.attempt() < attempt) {
                throw new IllegalStateException("not yet");
            }
            successes.incrementAndGet();
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Map.class is what an application would write
    private ConsumerServer started(ConsumerServerBuilder builder, DeliveryHandler<Map<?, ?>> handler) {
        return builder.build()
                .addHandler("order.**", Map.class, (DeliveryHandler) handler)
                .start();
    }

    @Test
    void an_entry_trimmed_while_its_retry_waits_is_handled_from_memory() {
        String id = stream.add(PAID, ORDER);
        AtomicInteger successes = new AtomicInteger();
        try (ConsumerServer server = started(
                stream.server().retry(RetryPolicy.fixed(3, Duration.ofSeconds(1))), failingUntil(2, successes))) {
            await().until(() -> server.status().load().waiting() == 1);
            redis.cli("XDEL", stream.name(), id);

            await().until(() -> successes.get() == 1);
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            assertThat(stream.deadLetters()).isEmpty();
        }
    }

    @Test
    void an_entry_trimmed_while_it_waits_at_close_is_in_the_dead_letters() {
        String id = stream.add(PAID, ORDER);
        AtomicInteger successes = new AtomicInteger();
        try (ConsumerServer server = started(
                stream.server().retry(RetryPolicy.fixed(3, Duration.ofMinutes(5))), failingUntil(2, successes))) {
            await().until(() -> server.status().load().waiting() == 1);
            redis.cli("XDEL", stream.name(), id);
        }
        assertThat(stream.deadLetters()).hasSize(1);
        assertThat(stream.deadLetters().get(0)).containsEntry("millrace.reason", "TRIMMED");
        assertThat(stream.deadLetters().get(0).get("data")).contains("o-1");
    }

    @Test
    void a_group_that_somebody_else_recreated_further_on_loses_nothing_that_is_in_hand() {
        stream.add(PAID, ORDER);
        AtomicInteger successes = new AtomicInteger();
        try (ConsumerServer server = started(
                stream.server().retry(RetryPolicy.fixed(3, Duration.ofSeconds(1))), failingUntil(2, successes))) {
            await().until(() -> server.status().load().waiting() == 1);
            createGroupFurtherOn();

            await().until(() -> successes.get() == 1);
        }
    }

    @Test
    void what_waits_at_close_when_somebody_else_recreated_the_group_further_on_is_in_the_dead_letters() {
        stream.add(PAID, ORDER);
        AtomicInteger successes = new AtomicInteger();
        try (ConsumerServer server = started(
                stream.server().retry(RetryPolicy.fixed(3, Duration.ofMinutes(5))), failingUntil(2, successes))) {
            await().until(() -> server.status().load().waiting() == 1);
            createGroupFurtherOn();
        }
        assertThat(stream.deadLetters()).hasSize(1);
        assertThat(stream.deadLetters().get(0)).containsEntry("millrace.reason", "TRIMMED");
        assertThat(stream.deadLetters().get(0).get("data")).contains("o-1");
    }

    /** At once, or a server that reads would be the first to recreate it. */
    private void createGroupFurtherOn() {
        String script = "redis.call('XGROUP', 'DESTROY', KEYS[1], ARGV[1]) redis.call('DEL', KEYS[2]) "
                + "return redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '$')";
        String epoch = "{" + stream.name() + "}:group:" + TestStream.GROUP + ":epoch";
        redis.cli("EVAL", script, "2", stream.name(), epoch, TestStream.GROUP);
    }

    @Test
    void what_another_settled_in_a_life_of_the_group_that_began_unnoticed_is_not_handled_once_more() {
        String held = stream.add(PAID, "{\"id\":1}");
        String settled = stream.add(PAID, "{\"id\":2}");
        AtomicBoolean anew = new AtomicBoolean();
        CountDownLatch goOn = new CountDownLatch(1);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Map<Object, Integer> runs = new ConcurrentHashMap<>();
        try (MortalRedis door = MortalRedis.at(redis.uri());
                ConsumerServer server = started(
                        stream.server(door.link(step -> {
                                    if (step.equals("before read") && anew.compareAndSet(false, true)) {
                                        createGroupAnew();
                                    }
                                }))
                                .concurrency(1)
                                .meterRegistry(meters),
                        (body, header, delivery) -> {
                            runs.merge(body.get("id"), 1, Integer::sum);
                            goOn.await();
                        })) {
            await().until(() -> server.status().load().running() == 1);
            redis.cli("XCLAIM", stream.name(), TestStream.GROUP, "other", "0", settled);
            redis.cli("XACK", stream.name(), TestStream.GROUP, settled);
            await().until(() -> meters.get("millrace.consumer.ownership.lost")
                                    .functionCounter()
                                    .count()
                            + meters.get("millrace.consumer.trimmed.in.flight")
                                    .functionCounter()
                                    .count()
                    == 1);
            goOn.countDown();
            await().until(stream::settled);
        }
        assertThat(runs).as(held).containsOnly(Map.entry(1, 1));
    }

    /** As another server does it. */
    private void createGroupAnew() {
        redis.cli("XGROUP", "DESTROY", stream.name(), TestStream.GROUP);
        try (RedisLink link = RedisLink.owned(redis.uri());
                StreamArchive archive = link.archive(Duration.ofSeconds(20))) {
            assertThat(archive.createGroup(stream.name(), TestStream.GROUP, StreamId.MIN))
                    .isTrue();
        }
    }

    @Test
    void two_events_of_one_entry_that_fail_together_are_retried_and_not_taken_for_trimmed() {
        stream.addRaw("data", batch("order.paid", "order.sent"));
        Map<String, Integer> attempts = new ConcurrentHashMap<>();
        try (ConsumerServer server = started(stream.server(), (body, header, delivery) -> {
            attempts.merge(header.type(), 1, Integer::sum);
            if (delivery.attempt() == 1) {
                throw new IllegalStateException("both");
            }
        })) {
            await().until(() -> server.status().totals().handled() == 2);
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            assertThat(attempts).containsEntry("order.paid", 2).containsEntry("order.sent", 2);
            assertThat(server.status().totals().retried()).isPositive();
        }
    }

    @Test
    void an_entry_of_which_nobody_handles_a_part_is_left_whole_to_a_server_that_does() {
        stream.addRaw("data", batch("order.paid", "parcel.sent"));
        AtomicInteger partly = new AtomicInteger();
        Map<String, Integer> whole = new ConcurrentHashMap<>();
        try (ConsumerServer one =
                        stream.server().unhandled(UnhandledPolicy.LEAVE_PENDING).build();
                ConsumerServer two = stream.server().build()) {
            one.addHandler("order.paid", Map.class, (body, header) -> partly.incrementAndGet())
                    .start();
            await().until(() -> stream.pending() == 1);
            two.addHandler("**", Map.class, (body, header) -> whole.merge(header.type(), 1, Integer::sum))
                    .start();

            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
            assertThat(partly).hasValue(0);
            assertThat(whole).containsEntry("order.paid", 1).containsEntry("parcel.sent", 1);
        }
    }

    @Test
    void a_validator_that_fails_in_its_own_way_ends_in_the_dead_letters_like_a_handler() {
        stream.add(PAID, ORDER);
        AtomicInteger successes = new AtomicInteger();
        try (ConsumerServer server = started(
                stream.server().validator((type, body) -> {
                    throw new IllegalStateException("validator broken");
                }),
                failingUntil(1, successes))) {
            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            assertThat(stream.pending()).isZero();
            assertThat(server.status().totals().loopFailures()).isZero();
        }
        assertThat(stream.deadLetters().get(0)).containsEntry("millrace.reason", "RETRIES_EXHAUSTED");
    }

    @Test
    void an_event_whose_handler_close_interrupts_is_handed_back_and_not_given_up() {
        stream.add(PAID, ORDER);
        CountDownLatch begun = new CountDownLatch(1);
        ConsumerServer server = started(
                stream.server().retry(RetryPolicy.none()).closeTimeout(Duration.ofMillis(200)),
                (body, header, delivery) -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        // As drivers do.
                        throw new IllegalStateException("connection closed", e);
                    }
                });
        await().until(() -> begun.getCount() == 0);
        server.close();

        assertThat(stream.deadLetters()).isEmpty();
        assertThat(stream.pending()).isEqualTo(1);
        AtomicInteger successes = new AtomicInteger();
        try (ConsumerServer next = started(stream.server(), failingUntil(1, successes))) {
            await().until(() -> successes.get() == 1);
            assertThat(next.status().totals().reclaimed()).isEqualTo(1);
        }
    }

    @Test
    void what_was_taken_over_and_waits_for_its_retry_does_not_keep_the_next_from_being_taken_over() {
        stream.add("order.later", ORDER);
        stream.add(PAID, ORDER);
        stream.readAs("gone");
        stream.age("gone", Duration.ofSeconds(5));
        AtomicInteger successes = new AtomicInteger();
        try (ConsumerServer server = stream.server()
                .concurrency(1)
                .build()
                .addHandler("order.later", Map.class, (body, header) -> {
                    throw new RetryAfterException(Duration.ofMinutes(10), "later");
                })
                .addHandler(PAID, Map.class, (body, header) -> successes.incrementAndGet())
                .start()) {
            await().until(() -> successes.get() == 1);
            assertThat(server.status().load().waiting()).isEqualTo(1);
        }
    }

    private static String batch(String... types) {
        StringBuilder messages = new StringBuilder();
        for (int i = 0; i < types.length; i++) {
            String header = """
                    {"id":"e-%d","type":"%s","origin":"node","timestamp":"2026-01-02T03:04:05.678Z","version":"1.0.0"}""".formatted(i, types[i]);
            messages.append(i == 0 ? "" : ",").append("""
                    {"eventType":"%s","body":{"n":%d},"originalId":"e-%d","timestamp":"2026-01-02T03:04:05.678Z",\
                    "envelope":{"header":%s,"body":{"n":%d}}}""".formatted(types[i], i, i, header, i));
        }
        return """
                {"pattern":"batch","data":{"header":{"type":"batch","messageCount":%d,"batchId":"b-1",\
                "timestamp":"2026-01-02T03:04:05.678Z"},"body":{"messages":[%s]}}}""".formatted(types.length, messages);
    }
}
