package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.RetryPolicy;
import dev.millrace.event.Classification;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.PublishReceipt;
import dev.millrace.routing.Routing;
import dev.millrace.testkit.RedisExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** What both sides write into the log about events, and what they never do. */
@Timeout(60)
class LogsIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static final String SECRET = "4111-1111";

    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final Logger millrace = (Logger) LoggerFactory.getLogger("dev.millrace");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line);
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        millrace.setLevel(Level.TRACE);
        millrace.addAppender(appender);
    }

    @AfterEach
    void stop() {
        millrace.detachAppender(appender);
        millrace.setLevel(Level.WARN);
    }

    private static Map<String, String> pairs(ILoggingEvent line) {
        return line.getKeyValuePairs() == null
                ? Map.of()
                : line.getKeyValuePairs().stream()
                        .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }

    @Test
    void lines_about_an_event_name_it_in_pairs_and_say_nothing_of_what_it_holds() {
        PublishReceipt receipt;
        try (EventPublisher publisher =
                        EventPublisher.builder("shop").redis(REDIS.uri()).build();
                ConsumerServer server = ConsumerServer.builder().redis(REDIS.uri()).stream("card-events")
                        .group("billing")
                        .retry(RetryPolicy.fixed(1, Duration.ofMillis(10)))
                        .build()) {
            server.addHandler("card.charged", Map.class, (body, header) -> {
                throw new IllegalStateException("no");
            });
            server.start();
            receipt = publisher
                    .publish(
                            "card.charged",
                            Map.of("card", SECRET),
                            header -> header.userId("user-" + SECRET)
                                    .sessionId("session-" + SECRET)
                                    .key("key-" + SECRET)
                                    .tenantId("tenant-" + SECRET)
                                    .classification(Classification.RESTRICTED))
                    .join();
            await().until(() -> server.status().totals().deadLettered() == 1);
        }
        Map<String, String> event = Map.of(
                "eventId", receipt.eventId(), "type", "card.charged", "stream", "card-events", "group", "billing");
        for (String attempt : List.of("1", "2")) {
            assertThat(lines)
                    .as("attempt " + attempt)
                    .anySatisfy(line ->
                            assertThat(pairs(line)).containsAllEntriesOf(event).containsEntry("attempt", attempt));
        }
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(pairs(line)).containsAllEntriesOf(event).containsEntry("reason", "RETRIES_EXHAUSTED");
        });
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.getFormattedMessage() + pairs(line)).doesNotContain(SECRET);
            assertThat(line.getMDCPropertyMap())
                    .as("left behind by a handler: " + line)
                    .doesNotContainKey("correlationId");
        });
    }

    @Test
    void a_publishers_line_about_a_failed_event_names_it_and_a_hundred_failures_make_one_line() {
        REDIS.server().cli("SET", "order-events", "no stream");
        try (EventPublisher publisher =
                EventPublisher.builder("shop").redis(REDIS.uri()).build()) {
            List<CompletableFuture<PublishReceipt>> futures = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 100; i++) {
                futures.add(publisher.publish("order.paid", Map.of("card", SECRET + i)));
            }
            await().until(() -> futures.stream().allMatch(CompletableFuture::isCompletedExceptionally));
        }
        List<ILoggingEvent> errors =
                lines.stream().filter(line -> line.getLevel() == Level.ERROR).toList();
        assertThat(errors).hasSize(1);
        assertThat(pairs(errors.get(0))).containsKeys("eventId").containsEntry("stream", "order-events");
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.getFormattedMessage()).doesNotContain(SECRET));
    }

    @Test
    void lines_about_what_was_trimmed_name_entry_stream_and_group() throws Exception {
        String stream = "trimmed-events";
        String lost = REDIS.server().cli("XADD", stream, "*", "some", "thing").strip();
        REDIS.server().cli("XGROUP", "CREATE", stream, "billing", "0");
        REDIS.server().cli("XREADGROUP", "GROUP", "billing", "ghost", "STREAMS", stream, ">");
        REDIS.server().cli("XDEL", stream, lost);
        CountDownLatch gate = new CountDownLatch(1);
        try (ConsumerServer server = ConsumerServer.builder().redis(REDIS.uri()).stream(stream)
                        .group("billing")
                        .claimIdle(Duration.ofMillis(600))
                        .build();
                EventPublisher publisher = EventPublisher.builder("shop")
                        .redis(REDIS.uri())
                        .routing(Routing.builder().route("**").toStream(stream).build())
                        .build()) {
            server.addHandler("card.charged", Map.class, (body, header) -> gate.await())
                    .start();
            String held =
                    publisher.publish("card.charged", Map.of("n", 1)).join().entryId();
            await().until(() -> server.status().load().running() == 1);
            REDIS.server().cli("XDEL", stream, held);

            await().untilAsserted(() -> {
                assertThat(lines).anySatisfy(line -> about(line, Level.ERROR, lost));
                assertThat(lines).anySatisfy(line -> about(line, Level.WARN, held));
            });
            gate.countDown();
        }
    }

    private static void about(ILoggingEvent line, Level level, String entry) {
        assertThat(line.getLevel()).isEqualTo(level);
        assertThat(pairs(line))
                .containsAllEntriesOf(Map.of("entryId", entry, "stream", "trimmed-events", "group", "billing"));
    }
}
