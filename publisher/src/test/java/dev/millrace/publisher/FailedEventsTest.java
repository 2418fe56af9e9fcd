package dev.millrace.publisher;

import static dev.millrace.redis.internal.RedisFault.Kind.CONNECTION_LOST;
import static dev.millrace.redis.internal.RedisFault.Kind.NOT_CONNECTED;
import static dev.millrace.redis.internal.RedisFault.Kind.WRONGTYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.Classification;
import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.publisher.PublisherSettings.Delivery;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FailedEventsTest {

    private static final BatchLimits LIMITS = BatchLimits.defaults();
    private final List<EventPublisher> started = new ArrayList<>();

    @AfterEach
    void close_what_was_started() {
        started.forEach(publisher -> publisher.close(Duration.ZERO));
    }

    @Test
    void what_was_given_up_is_kept_with_its_reason_and_told_once() {
        LoopHarness harness = new LoopHarness(LIMITS);
        harness.send("a");
        harness.turn();
        FakeTarget.fail(harness.next(), WRONGTYPE);
        harness.turn();
        assertThat(harness.failures.list()).singleElement().satisfies(failed -> {
            assertThat(failed.eventId()).isEqualTo("id-a");
            assertThat(failed.type()).isEqualTo("order.paid");
            assertThat(failed.stream()).isEqualTo("orders");
            assertThat(failed.failure().outcome()).isEqualTo(Outcome.NOT_STORED);
            assertThat(failed.failure()).hasMessageContaining("WRONGTYPE");
        });
        assertThat(harness.given).isEqualTo(harness.failures.list());
    }

    @Test
    void beyond_its_limits_the_oldest_leave_the_list_and_are_counted() {
        LoopHarness byEvents = new LoopHarness(LIMITS, new Delivery(true, false, 2, 1_000));
        failAll(byEvents, "a", "b", "c");
        assertThat(ids(byEvents)).containsExactly("id-b", "id-c");
        assertThat(byEvents.count("failed.forgotten")).isEqualTo(1);
        LoopHarness byBytes = new LoopHarness(LIMITS, new Delivery(true, false, 10, 5));
        failAll(byBytes, "aaa", "bb", "ccc");
        assertThat(ids(byBytes)).containsExactly("id-bb", "id-ccc");
        assertThat(byBytes.failures.bytes()).isEqualTo(5);
        LoopHarness none = new LoopHarness(LIMITS, new Delivery(true, false, 0, 0));
        failAll(none, "a");
        assertThat(none.failures.list()).isEmpty();
        assertThat(none.given).hasSize(1);
    }

    @Test
    void with_retries_off_whatever_goes_wrong_fails_at_once_and_says_what_is_known() {
        LoopHarness harness = new LoopHarness(LIMITS, new Delivery(false, false, 10, 1_000));
        CompletableFuture<PublishReceipt> lost = harness.publish("lost");
        harness.turn();
        FakeTarget.fail(harness.next(), CONNECTION_LOST);
        CompletableFuture<PublishReceipt> away = harness.publish("away");
        harness.turn();
        FakeTarget.fail(harness.next(), NOT_CONNECTED);
        harness.turn();
        assertThat(LoopHarness.failure(lost).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(LoopHarness.failure(away).outcome()).isEqualTo(Outcome.NOT_STORED);
        assertThat(LoopHarness.failure(away)).hasMessageContaining("retries are off");
        assertThat(harness.sent()).isEmpty();
        assertThat(ids(harness)).containsExactly("id-lost", "id-away");
    }

    @Test
    void failed_events_can_be_sent_again_under_their_ids_and_be_written_to_a_file(@TempDir Path folder)
            throws Exception {
        AutoTarget target = new AutoTarget();
        EventPublisherBuilder builder = EventPublisher.builder("billing");
        EventPublisher publisher = start(builder, target);
        target.shut();
        var first = publisher.publish(
                "order.paid", Map.of("n", 1), h -> h.id("id-1").key("größe"));
        var second = publisher.publish(
                "order.paid",
                "two",
                h -> h.id("id-2").classification(Classification.CONFIDENTIAL).context("role", "a\"b"));
        publisher.close(Duration.ZERO);
        assertThat(List.of(first, second))
                .allSatisfy(future -> assertThat(future).isCompletedExceptionally());
        assertThat(publisher.failedEvents()).extracting(FailedEvent::eventId).containsExactly("id-1", "id-2");

        Path file = folder.resolve("failed.ndjson");
        Files.writeString(file, "{\"half\":");
        assertThat(publisher.failedEventsTo(file)).isEqualTo(2);
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1))
                .startsWith("{\"id\":\"id-1\",\"type\":\"order.paid\",\"origin\":\"billing\",\"timestamp\":\"")
                .contains("\"key\":\"größe\"")
                .endsWith(",\"body\":{\"n\":1}}");
        assertThat(lines.get(2))
                .contains("\"classification\":\"confidential\"", "\"context\":{\"role\":\"a\\\"b\"}")
                .endsWith(",\"body\":\"two\"}");
        assertThatThrownBy(() -> publisher.retryFailed(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void failed_events_of_the_split_form_go_to_the_file_as_json_or_in_base64_and_can_be_published_again(
            @TempDir Path folder) throws Exception {
        AutoTarget target = new AutoTarget();
        EventPublisherBuilder json = EventPublisher.builder("billing")
                .wireForm(WireForm.split().gzip().compressFrom(0));
        EventPublisherBuilder binary =
                EventPublisher.builder("billing").wireForm(WireForm.split()).bodyCodec(BodyCodec.binary());
        byte[] bytes = {0, (byte) 0xFF, '\n', '"'};
        target.shut();
        EventPublisher first = start(json, target);
        EventPublisher second = start(binary, target);
        var one = first.publish("order.paid", "x".repeat(100), h -> h.id("id-1"));
        var two = second.publish("order.paid", bytes, h -> h.id("id-2"));
        assertThat(first.close(Duration.ZERO).left()).isEqualTo(1);
        assertThat(second.close(Duration.ZERO).left()).isEqualTo(1);
        assertThat(List.of(one, two)).allSatisfy(future -> assertThat(future).isCompletedExceptionally());

        Path file = folder.resolve("failed.ndjson");
        assertThat(first.failedEventsTo(file) + second.failedEventsTo(file)).isEqualTo(2);
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        assertThat(lines.get(0))
                .startsWith("{\"id\":\"id-1\"")
                .doesNotContain("contentType", "contentEncoding")
                .endsWith(",\"body\":\"" + "x".repeat(100) + "\"}");
        assertThat(lines.get(1))
                .startsWith("{\"id\":\"id-2\"")
                .endsWith(",\"contentType\":\"application/octet-stream\",\"body\":\""
                        + Base64.getEncoder().encodeToString(bytes) + "\"}");

        target.open();
        EventPublisher again = start(binary, target);
        again.publish(second.failedEvents().get(0).event()).join();
        assertThat(target.entries()).endsWith(new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void several_threads_that_write_to_one_file_lose_and_break_no_line(@TempDir Path folder) throws Exception {
        AutoTarget target = new AutoTarget();
        EventPublisher publisher = start(EventPublisher.builder("billing").retries(false), target);
        target.refuseEverything(true);
        for (int i = 0; i < 200; i++) {
            var refused = publisher.publish("order.paid", Map.of("text", "x".repeat(i)));
            assertThat(refused).isNotCancelled();
        }
        publisher.flush().get(10, TimeUnit.SECONDS);
        Path file = folder.resolve("failed.ndjson");
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<Integer>> written = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            written.add(writers.submit(() -> publisher.failedEventsTo(file)));
        }
        for (Future<Integer> each : written) {
            assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(200);
        }
        writers.shutdown();
        assertThat(Files.readAllLines(file))
                .hasSize(2_400)
                .allSatisfy(line -> assertThat(line).startsWith("{\"id\":").endsWith("}"));
    }

    @Test
    void a_failed_event_published_again_keeps_header_and_body() {
        AutoTarget target = new AutoTarget();
        EventPublisherBuilder builder = EventPublisher.builder("billing").deliveryTimeout(Duration.ofMillis(50));
        EventPublisher publisher = start(builder, target);
        target.shut();
        var failed = publisher.publish("order.paid", Map.of("n", 1), h -> h.id("id-1"));
        publisher.close(Duration.ZERO);
        assertThat(failed).isCompletedExceptionally();
        target.open();
        String first = target.entries().get(0);
        EventPublisher other = start(builder, target);
        other.publish(publisher.failedEvents().get(0).event()).join();
        other.close();
        assertThat(target.entries()).containsExactly(first, first);
    }

    @Test
    void what_is_sent_again_and_fails_again_is_on_the_list_again_and_may_be_a_duplicate() {
        LoopHarness harness = new LoopHarness(LIMITS);
        harness.send("a");
        harness.turn();
        harness.pass(LoopHarness.DELIVERY);
        FakeTarget.fail(harness.next(), CONNECTION_LOST);
        harness.turn();
        FailedEvent failed = harness.failures.poll();
        assertThat(failed).isNotNull();
        harness.again(failed);
        harness.turn();
        assertThat(harness.sent()).containsExactly(List.of("a"));
        FakeTarget.fail(harness.next(), WRONGTYPE);
        harness.turn();
        assertThat(harness.failures.list()).singleElement().satisfies(again -> {
            assertThat(again.eventId()).isEqualTo("id-a");
            assertThat(again.failure().outcome()).isEqualTo(Outcome.UNKNOWN);
        });
    }

    @Test
    void retryFailed_takes_the_oldest_as_far_as_there_is_room_and_says_how_many() throws Exception {
        AutoTarget target = new AutoTarget();
        EventPublisherBuilder builder =
                EventPublisher.builder("billing").retries(false).buffer(2, 1 << 20);
        EventPublisher publisher = start(builder, target);
        target.refuseEverything(true);
        for (int i = 0; i < 4; i++) {
            String id = "id-" + i;
            assertThat(publisher.publish("order.paid", Map.of(), h -> h.id(id))).failsWithin(Duration.ofSeconds(10));
        }
        target.refuseEverything(false);
        target.shut();
        int accepted = 0;
        while (accepted < 2) { // room comes back only after the callbacks
            accepted += publisher.retryFailed(10);
        }
        assertThat(publisher.retryFailed(10)).as("the buffer is full").isZero();
        assertThat(publisher.failedEvents()).extracting(FailedEvent::eventId).containsExactly("id-2", "id-3");
        assertThat(publisher.memoryStats())
                .extracting(MemoryStats::streams, MemoryStats::bufferedEvents, MemoryStats::failedEvents)
                .containsExactly(1, 2, 2);
        target.open();
        publisher.flush().get(10, TimeUnit.SECONDS);
        assertThat(target.entries()).hasSize(2);
        publisher.close();
    }

    @Test
    void the_log_has_one_line_in_ten_seconds_with_id_and_type_and_the_number_left_out() {
        AtomicLong now = new AtomicLong();
        RecordingLogger lines = new RecordingLogger();
        FailureLog log = new FailureLog("billing", now::get, lines);
        LoopHarness harness = new LoopHarness(LIMITS);
        failAll(harness, "a", "b", "c");
        harness.given.forEach(log);
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        log.accept(harness.given.get(2));
        assertThat(lines.all()).hasSize(2);
        assertThat(lines.all().get(0))
                .contains("ERROR", "billing", "eventId=id-a", "type=order.paid", "stream=")
                .doesNotContain("more");
        assertThat(lines.all().get(1)).contains("eventId=id-c", "2 more");
    }

    private EventPublisher start(EventPublisherBuilder builder, AutoTarget target) {
        EventPublisher publisher = builder.start(builder.settings(), target, target::close);
        started.add(publisher);
        return publisher;
    }

    private static void failAll(LoopHarness harness, String... texts) {
        harness.send(texts);
        harness.turn();
        while (!harness.target.sent.isEmpty()) {
            FakeTarget.fail(harness.next(), WRONGTYPE);
        }
        harness.turn();
    }

    private static List<String> ids(LoopHarness harness) {
        return harness.failures.list().stream().map(FailedEvent::eventId).toList();
    }
}
