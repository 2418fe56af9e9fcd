package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.IdempotencyRecords.State;
import dev.millrace.event.EventHeader;
import dev.millrace.testkit.RedisExtension;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which events a server takes for the same, and what it says about it. */
@Timeout(60)
class IdempotencyIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(String id) {}

    private TestStream stream;
    private final AtomicInteger handled = new AtomicInteger();
    private final MeterRegistry meters = new SimpleMeterRegistry();

    @BeforeEach
    void stream() {
        stream = new TestStream(REDIS.server());
    }

    private void add(String eventId, String orderId) {
        stream.add("*", "order.paid", "{\"id\":\"" + orderId + "\"}", header -> header.id(eventId));
    }

    private ConsumerServer start(IdempotencyPolicy policy) {
        ConsumerServer server =
                stream.server().idempotency(policy).meterRegistry(meters).build();
        server.addHandler("order.paid", Order.class, (order, header) -> handled.incrementAndGet());
        server.start();
        return server;
    }

    private double count(String meter) {
        return meters.get("millrace.consumer." + meter).functionCounter().count();
    }

    private void awaitEnded(int events) {
        await().until(() -> count("handled") + count("duplicates") == events);
        await().untilAsserted(() -> assertThat(stream.pending()).isZero());
    }

    @Test
    void equal_content_under_another_event_id_is_counted_apart_from_copies_of_one_event() {
        add("event-1", "o-1");
        add("event-1", "o-1");
        add("event-2", "o-1");
        try (ConsumerServer server = start(IdempotencyPolicy.byHash())) {
            awaitEnded(3);
            assertThat(handled).hasValue(1);
            assertThat(count("duplicates")).isEqualTo(2);
            assertThat(count("duplicates.other.event")).isEqualTo(1);
        }
    }

    @Test
    void by_event_id_equal_events_are_both_handled_and_a_repeated_send_is_not() {
        add("event-1", "o-1");
        add("event-1", "o-1");
        add("event-2", "o-1");
        try (ConsumerServer server = start(IdempotencyPolicy.byEventId())) {
            awaitEnded(3);
            assertThat(handled).hasValue(2);
            assertThat(count("duplicates.other.event")).isZero();
        }
    }

    @Test
    void by_entry_every_copy_is_handled() {
        add("event-1", "o-1");
        add("event-1", "o-1");
        try (ConsumerServer server = start(IdempotencyPolicy.byEntry())) {
            awaitEnded(2);
            assertThat(handled).hasValue(2);
        }
    }

    @Test
    void switched_off_every_copy_is_handled_and_nothing_is_recorded() {
        add("event-1", "o-1");
        add("event-1", "o-1");
        try (ConsumerServer server = start(IdempotencyPolicy.off())) {
            awaitEnded(2);
            assertThat(handled).hasValue(2);
            assertThat(stream.claims()).isZero();
        }
    }

    @Test
    void by_function_its_text_decides_and_null_is_never_a_duplicate() {
        add("a-1", "o-1");
        add("a-2", "o-2");
        add("none", "o-3");
        add("none", "o-3");
        IdempotencyPolicy prefix =
                IdempotencyPolicy.by(delivery -> delivery.header().id().equals("none")
                        ? null
                        : delivery.header().id().substring(0, 1));
        try (ConsumerServer server = start(prefix)) {
            awaitEnded(4);
            assertThat(handled).hasValue(3);
        }
    }

    @Test
    void beyond_max_records_the_oldest_are_forgotten_and_that_is_counted() {
        stream.addMany(
                3_000,
                i -> new TestStream.Added(
                        "order.paid",
                        ("{\"id\":\"o-" + i + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        null));
        try (ConsumerServer server = start(IdempotencyPolicy.byHash().maxRecords(1_000))) {
            awaitEnded(3_000);
            assertThat(handled).hasValue(3_000);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(count("idempotency.forgotten")).isGreaterThanOrEqualTo(1_000);
                assertThat(gauge("idempotency.records")).isBetween(1.0, 1_000.0);
                assertThat(gauge("idempotency.bytes")).isPositive();
            });
        }
    }

    @Test
    void a_handlers_own_policy_decides_for_its_events_and_the_servers_for_the_others() {
        stream.add("*", "order.paid", "{\"id\":\"o-1\"}", header -> header.id("event-1"));
        stream.add("*", "order.paid", "{\"id\":\"o-1\"}", header -> header.id("event-2"));
        stream.add("*", "order.sent", "{\"id\":\"o-1\"}", header -> header.id("event-3"));
        stream.add("*", "order.sent", "{\"id\":\"o-1\"}", header -> header.id("event-4"));
        AtomicInteger sent = new AtomicInteger();
        try (ConsumerServer server = stream.server().meterRegistry(meters).build()) {
            HandlerOptions own = HandlerOptions.defaults().idempotency(IdempotencyPolicy.byEventId());
            // The first of those that have a policy decides for all.
            server.addHandler(
                    "order.paid",
                    Order.class,
                    (order, header) -> {},
                    HandlerOptions.defaults().priority(1));
            server.addHandler("order.paid", Order.class, (order, header) -> handled.incrementAndGet(), own.priority(2));
            server.addHandler(
                    "order.*",
                    Order.class,
                    (order, header) -> {
                        if (header.type().equals("order.sent")) {
                            sent.incrementAndGet();
                        }
                    },
                    HandlerOptions.defaults().priority(3));
            server.start();
            awaitEnded(4);
            assertThat(handled).hasValue(2);
            assertThat(sent).hasValue(1);
            IdempotencyRecords records = server.idempotency(stream.name(), TestStream.GROUP);
            assertThat(records.lookup(event("event-2"))).isEqualTo(State.HANDLED);
        }
    }

    @Test
    void a_handlers_window_may_be_longer_than_the_servers() {
        long now = System.currentTimeMillis();
        stream.add(now - 60_000 + "-0", "order.paid", "{\"id\":\"o-1\"}", header -> header.id("event-1"));
        stream.add(now + "-0", "order.paid", "{\"id\":\"o-1\"}", header -> header.id("event-1"));
        try (ConsumerServer server = stream.server()
                .idempotency(IdempotencyPolicy.byHash().window(Duration.ofSeconds(1)))
                .meterRegistry(meters)
                .build()) {
            server.addHandler(
                    "order.paid",
                    Order.class,
                    (order, header) -> handled.incrementAndGet(),
                    HandlerOptions.defaults()
                            .idempotency(IdempotencyPolicy.byHash().window(Duration.ofHours(1))));
            server.start();
            awaitEnded(2);
            assertThat(handled).hasValue(1);
        }
    }

    private static EventHeader event(String id) {
        return EventHeader.builder("order.paid").id(id).build();
    }

    @Test
    void a_lookup_says_whether_an_event_is_unknown_in_progress_or_handled() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (ConsumerServer server = stream.server()
                .idempotency(IdempotencyPolicy.byEventId())
                .meterRegistry(meters)
                .build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> {
                begun.countDown();
                release.await();
            });
            server.start();
            IdempotencyRecords records = server.idempotency(stream.name(), TestStream.GROUP);
            assertThat(records.lookup(event("event-1"))).isEqualTo(State.UNKNOWN);

            add("event-1", "o-1");
            await().until(() -> begun.getCount() == 0);
            assertThat(records.lookup(event("event-1"))).isEqualTo(State.IN_PROGRESS);
            assertThat(records.lookup(event("event-2"))).isEqualTo(State.UNKNOWN);

            release.countDown();
            awaitEnded(1);
            assertThat(records.lookup(event("event-1"))).isEqualTo(State.HANDLED);
        }
    }

    @Test
    void a_dead_letter_is_unknown_to_a_lookup_so_that_it_can_be_redriven() {
        add("event-1", "o-1");
        try (ConsumerServer server =
                stream.server().idempotency(IdempotencyPolicy.byEventId()).build()) {
            server.addHandler("order.paid", Order.class, (order, header) -> {
                throw new NotRetryableException("no");
            });
            server.start();
            await().until(() -> stream.deadLetters().size() == 1);
            assertThat(server.idempotency(stream.name(), TestStream.GROUP).lookup(event("event-1")))
                    .isEqualTo(State.UNKNOWN);
        }
    }

    @Test
    void cleaning_by_age_says_how_many_went_and_keeps_what_is_younger() {
        stream.add("1000000-0", "order.paid", "{\"id\":\"o-1\"}", header -> header.id("event-1"));
        add("event-2", "o-2");
        try (ConsumerServer server = start(IdempotencyPolicy.byEventId().window(Duration.ofDays(30)))) {
            awaitEnded(2);
            IdempotencyRecords records = server.idempotency(stream.name(), TestStream.GROUP);
            assertThat(records.forgetOlderThan(Duration.ofDays(60))).isLessThanOrEqualTo(1);
            assertThat(records.lookup(event("event-1"))).isEqualTo(State.UNKNOWN);
            assertThat(records.lookup(event("event-2"))).isEqualTo(State.HANDLED);
        }
    }

    @Test
    void what_cannot_be_looked_up_is_refused_with_a_reason() {
        try (ConsumerServer server = start(IdempotencyPolicy.byEntry())) {
            IdempotencyRecords records = server.idempotency(stream.name(), TestStream.GROUP);
            assertThatThrownBy(() -> records.lookup(event("event-1"))).hasMessageContaining("by their entries");
            assertThatThrownBy(() -> records.forgetOlderThan(Duration.ofSeconds(-1)))
                    .hasMessageContaining("age: got PT-1S");
            assertThatThrownBy(() -> server.idempotency("other", "g")).hasMessageContaining("got 'other' and 'g'");
        }
    }

    private double gauge(String name) {
        return meters.get("millrace.consumer." + name).gauge().value();
    }
}
