package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.Event;
import dev.millrace.event.internal.BodyHash;
import dev.millrace.testkit.RedisExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The application's own rules for what is handled and how it is read: filters, transformers, body codecs. */
@Timeout(60)
class RulesIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    record Order(String id, int amount) {}

    private final TestStream stream = new TestStream(REDIS.server());
    private final List<String> handled = new CopyOnWriteArrayList<>();

    private static String order(String id) {
        return "{\"id\":\"" + id + "\",\"amount\":1}";
    }

    private ConsumerServer started(ConsumerServerBuilder builder) {
        return builder.build()
                .addHandler(
                        "order.paid",
                        Order.class,
                        (order, header, delivery) -> handled.add(order.id() + " " + delivery.attempt()))
                .start();
    }

    private void settled() {
        await().untilAsserted(() -> assertThat(stream.pending()).isZero());
    }

    @Test
    void what_a_filter_skips_is_acknowledged_and_counted_and_makes_no_duplicate_of_a_later_copy() {
        stream.add("order.paid", order("o-1"));
        stream.add("order.paid", order("o-2"));
        AtomicBoolean skipping = new AtomicBoolean(true);
        EventFilter filter = delivery -> skipping.get() ? EventFilter.skip("closed") : EventFilter.process();
        try (ConsumerServer server = started(stream.server().filter(filter))) {
            await().until(() -> server.status().totals().skipped() == 2);
            settled();
            skipping.set(false);
            stream.add("order.paid", order("o-1"));
            await().until(() -> handled.size() == 1);
            assertThat(server.status().totals().duplicates()).isZero();
        }
        assertThat(handled).containsExactly("o-1 1");
    }

    @Test
    void what_nobody_handles_can_be_skipped_before_it_becomes_a_dead_letter() {
        stream.add("parcel.sent", "{}");
        EventFilter filter = delivery ->
                delivery.header().type().startsWith("parcel.") ? EventFilter.skip("not ours") : EventFilter.process();
        try (ConsumerServer server =
                started(stream.server().unhandled(UnhandledPolicy.DEAD_LETTER).filter(filter))) {
            await().until(() -> server.status().totals().skipped() == 1);
            settled();
            assertThat(stream.deadLetters()).isEmpty();
        }
    }

    @Test
    void what_a_filter_puts_off_is_asked_about_again_and_handled_in_its_first_attempt_once() {
        stream.add("order.paid", order("o-1"));
        stream.add("order.paid", order("o-1"));
        AtomicInteger asked = new AtomicInteger();
        EventFilter filter = delivery ->
                asked.incrementAndGet() <= 6 ? EventFilter.defer(Duration.ofMillis(400)) : EventFilter.process();
        try (ConsumerServer server = started(stream.server().filter(filter))) {
            await().until(() -> server.status().load().waiting() == 2);
            await().until(() -> server.status().totals().handled() == 1
                    && server.status().totals().duplicates() == 1);
            settled();
            assertThat(server.status().totals().retried()).isZero();
            assertThat(server.status().totals().deferred()).isEqualTo(6);
        }
        assertThat(handled).containsExactly("o-1 1");
    }

    @Test
    void what_is_put_off_at_close_is_left_to_others_without_an_attempt() {
        stream.add("order.paid", order("o-1"));
        try (ConsumerServer server =
                started(stream.server().filter(delivery -> EventFilter.defer(Duration.ofDays(1))))) {
            await().until(() -> server.status().load().waiting() == 1);
        }
        try (ConsumerServer next = started(stream.server())) {
            await().until(() -> next.status().totals().handled() == 1);
        }
        assertThat(handled).containsExactly("o-1 1");
    }

    @Test
    void later_events_of_a_key_wait_for_one_that_was_put_off() {
        for (int i = 1; i <= 5; i++) {
            stream.add("*", "order.paid", order("o-" + i), header -> header.key("k"));
        }
        Set<String> seen = ConcurrentHashMap.newKeySet();
        EventFilter filter = delivery -> {
            boolean third = delivery.entryId().equals(entryOf(2));
            return third && seen.add("third") ? EventFilter.defer(Duration.ofMillis(500)) : EventFilter.process();
        };
        try (ConsumerServer server =
                started(stream.server().order(OrderPolicy.byKey()).filter(filter))) {
            await().until(() -> server.status().totals().handled() == 5);
        }
        assertThat(handled).containsExactly("o-1 1", "o-2 1", "o-3 1", "o-4 1", "o-5 1");
    }

    /** The entry at this place of the stream, from 0. */
    private String entryOf(int place) {
        return REDIS.server()
                .cli("XRANGE", stream.name(), "-", "+", "COUNT", Integer.toString(place + 1))
                .lines()
                .map(line -> line.replaceAll("^[\\s\\d)]*\"?(\\d{13}-\\d+)\"?\\s*$", "$1"))
                .filter(line -> line.matches("\\d{13}-\\d+"))
                .skip(place)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_filter_that_throws_costs_an_attempt_and_not_the_event() {
        stream.add("order.paid", order("o-1"));
        AtomicInteger asked = new AtomicInteger();
        try (ConsumerServer server = started(stream.server().filter(delivery -> {
            if (asked.incrementAndGet() <= 3) {
                throw new IllegalStateException("no directory");
            }
            return EventFilter.process();
        }))) {
            await().until(() -> server.status().totals().handled() == 1);
            settled();
            assertThat(server.status().totals().failedAttempts()).isEqualTo(2);
            assertThat(server.status().totals().loopFailures()).isZero();
        }
        assertThat(handled).containsExactly("o-1 3");
    }

    @Test
    void a_filter_that_always_throws_ends_in_the_dead_letters() {
        stream.add("order.paid", order("o-1"));
        try (ConsumerServer server = started(stream.server()
                .retry(RetryPolicy.fixed(1, Duration.ofMillis(20)))
                .filter(delivery -> {
                    throw new IllegalStateException("no directory");
                }))) {
            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            assertThat(server.status().totals().failedAttempts()).isEqualTo(2);
        }
        assertThat(stream.deadLetters().get(0))
                .containsEntry("millrace.reason", "RETRIES_EXHAUSTED")
                .containsEntry("millrace.attempts", "2")
                .containsEntry("millrace.message", "no directory");
        assertThat(handled).isEmpty();
    }

    @Test
    @SuppressWarnings("unchecked") // Map.class is what an application would write
    void an_old_version_is_lifted_to_the_present_one_before_the_handler() {
        stream.add("*", "order.paid", "{\"number\":\"o-1\",\"amount\":7}", header -> header.version("1.0.0"));
        stream.add("*", "order.paid", order("o-2"), header -> header.version("2.0.0"));
        DeliveryTransformer lift = (header, body) -> {
            if (!header.version().startsWith("1.")) {
                return new Event(header, body);
            }
            Map<String, Object> old = new HashMap<>(BodyCodec.json().decode(body, Map.class));
            old.put("id", old.remove("number"));
            return new Event(header.toBuilder().version("2.0.0").build(), old);
        };
        List<String> versions = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = stream.server()
                .transform(lift)
                .build()
                .addHandler("order.paid", Order.class, (order, header) -> {
                    handled.add(order.id());
                    versions.add(header.version());
                })
                .start()) {
            await().until(() -> server.status().totals().handled() == 2);
        }
        assertThat(handled).containsExactlyInAnyOrder("o-1", "o-2");
        assertThat(versions).containsExactly("2.0.0", "2.0.0");
    }

    @Test
    void a_transformer_that_throws_costs_an_attempt_and_one_that_returns_null_skips() {
        stream.add("order.paid", order("o-1"));
        stream.add("*", "order.paid", order("o-2"), header -> header.tenantId("gone"));
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server = started(stream.server().transform((header, body) -> {
            if ("gone".equals(header.tenantId())) {
                return null;
            }
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
            }
            return new Event(header, body);
        }))) {
            await().until(() -> server.status().totals().handled() == 1
                    && server.status().totals().skipped() == 1);
            settled();
        }
        assertThat(handled).containsExactly("o-1 2");
    }

    @Test
    void a_body_is_read_by_the_codec_that_its_content_type_names() {
        BodyCodec lines = new BodyCodec() {
            @Override
            public byte[] encode(Object body) {
                throw new UnsupportedOperationException();
            }

            @Override
            public <T> T decode(dev.millrace.event.Body body, Class<T> type) {
                return type.cast(new Order(new String(body.copy(), StandardCharsets.UTF_8), 1));
            }

            @Override
            public String contentType() {
                return "text/plain; charset=utf-8";
            }
        };
        split("text/plain", "o-plain");
        split("application/vnd.order+json", order("o-json"));
        split("application/x-unknown", "?");
        try (ConsumerServer server = started(stream.server().addBodyCodec(lines))) {
            await().until(() -> server.status().totals().handled() == 2);
            await().untilAsserted(() -> assertThat(stream.deadLetters()).hasSize(1));
            settled();
        }
        assertThat(handled).containsExactlyInAnyOrder("o-plain 1", "o-json 1");
        assertThat(stream.deadLetters().get(0))
                .containsEntry("millrace.reason", "MALFORMED")
                .hasEntrySatisfying(
                        "millrace.message",
                        message -> assertThat(message)
                                .contains("application/x-unknown", "text/plain", "application/json"));
    }

    @Test
    void a_handler_of_bytes_reads_any_content_type() {
        split("application/x-protobuf", "bytes");
        List<String> bodies = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = stream.server()
                .build()
                .addHandler(
                        "order.paid",
                        byte[].class,
                        (body, header) -> bodies.add(new String(body, StandardCharsets.UTF_8)))
                .start()) {
            await().until(() -> server.status().totals().handled() == 1);
        }
        assertThat(bodies).containsExactly("bytes");
    }

    private void split(String contentType, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        stream.addRaw(
                "header",
                """
                {"id":"e-%s","type":"order.paid","origin":"test","timestamp":"2026-01-02T03:04:05.678Z","hash":"%s",\
                "version":"1.0.0","contentType":"%s"}""".formatted(body.hashCode(), BodyHash.sha256Hex(bytes, 0, bytes.length), contentType),
                "body",
                body);
    }
}
