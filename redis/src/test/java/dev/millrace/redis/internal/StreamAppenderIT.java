package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Appending, and what its results say when Redis or the way to it fails. */
@Timeout(60)
class StreamAppenderIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private RedisServer server;
    private TcpProxy proxy;
    private RedisLink link;
    private StreamAppender appender;

    @BeforeEach
    void open() {
        server = RedisServer.embedded();
        proxy = TcpProxy.inFrontOf(server);
        link = RedisLink.owned(proxy.uri());
        appender = link.appender();
    }

    @AfterEach
    void close() {
        link.close();
        proxy.close();
        server.close();
    }

    private static List<StreamAppend> batch(String stream, int from, int count) {
        List<StreamAppend> batch = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            batch.add(new StreamAppend(stream, bytes("event-" + i)));
        }
        return batch;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<AppendResult> append(List<StreamAppend> batch, Duration timeout) throws Exception {
        return appender.append(batch, timeout).get(30, TimeUnit.SECONDS);
    }

    private static List<Kind> faults(List<AppendResult> results) {
        return results.stream()
                .map(result -> result.fault() == null ? null : result.fault().kind())
                .toList();
    }

    private void assertStored(List<AppendResult> results) {
        assertThat(results).isNotEmpty().allSatisfy(result -> {
            assertThat(result.fault()).isNull();
            assertThat(result.entryId()).contains("-");
        });
    }

    @Test
    void after_a_reconnect_another_connection_leads_to_whoever_has_the_name_by_then() throws Exception {
        assertStored(append(batch("orders", 0, 1), PATIENCE));
        try (RedisServer successor = RedisServer.embedded()) {
            server.cli("REPLICAOF", "127.0.0.1", String.valueOf(successor.port()));
            assertThat(faults(append(batch("orders", 1, 2), PATIENCE))).containsOnly(Kind.READONLY);
            proxy.redirectTo(successor);
            appender.reconnect();
            assertStored(append(batch("orders", 1, 2), PATIENCE));
            assertThat(successor.cli("XLEN", "orders")).isEqualTo("2");
        }
    }

    private long length(String stream) {
        return Long.parseLong(server.cli("XLEN", stream).trim());
    }

    /** Appends one until it works, as a publisher would. */
    private void awaitWorking() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (faults(append(batch("probe", 0, 1), Duration.ofSeconds(1))).get(0) != null) {
            assertThat(System.nanoTime()).as("working again").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void ten_thousand_events_on_three_streams_are_stored_in_order() throws Exception {
        List<CompletableFuture<List<AppendResult>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            List<StreamAppend> batch = new ArrayList<>();
            for (int j = 0; j < 500; j++) {
                batch.add(new StreamAppend("s" + j % 3, bytes("event-" + (i * 500 + j))));
            }
            answers.add(appender.append(batch, PATIENCE));
        }
        for (CompletableFuture<List<AppendResult>> answer : answers) {
            assertStored(answer.get(30, TimeUnit.SECONDS));
        }
        assertThat(length("s0") + length("s1") + length("s2")).isEqualTo(10_000);
        int last = -1;
        for (String line : server.cli("XRANGE", "s1", "-", "+")
                .lines()
                .filter(l -> l.startsWith("event-"))
                .toList()) {
            int number = Integer.parseInt(line.substring(6));
            assertThat(number).isGreaterThan(last);
            last = number;
        }
    }

    @Test
    void large_and_empty_and_binary_data_arrive_as_they_are() throws Exception {
        byte[] large = new byte[3_000_000];
        java.util.Arrays.fill(large, (byte) '\n');
        assertStored(append(
                List.of(
                        new StreamAppend("größe", large),
                        new StreamAppend("größe", new byte[0]),
                        new StreamAppend("größe", bytes("$5\r\né"))),
                PATIENCE));
        assertThat(server.cli("XRANGE", "größe", "-", "+")).contains("$5\r\né");
        assertThat(length("größe")).isEqualTo(3);
        assertThat(append(List.of(), PATIENCE)).isEmpty();
    }

    @Test
    void one_refused_event_does_not_fail_its_neighbours() throws Exception {
        server.cli("SET", "text", "x");
        List<StreamAppend> batch = List.of(
                new StreamAppend("a", bytes("1")),
                new StreamAppend("text", bytes("2")),
                new StreamAppend("b", bytes("3")));

        assertThat(faults(append(batch, PATIENCE))).containsExactly(null, Kind.WRONGTYPE, null);
    }

    @Test
    void a_full_redis_is_told() throws Exception {
        server.cli("CONFIG", "SET", "maxmemory", "1");
        assertThat(faults(append(batch("a", 0, 2), PATIENCE))).containsOnly(Kind.OOM);
    }

    @Test
    void lost_replies_are_unknown_and_nothing_is_sent_twice() throws Exception {
        awaitWorking();
        proxy.dropReplies();
        CompletableFuture<List<AppendResult>> lost = appender.append(batch("a", 0, 10), PATIENCE);
        awaitLength("a", 10);
        proxy.cut();

        List<Kind> kinds = faults(lost.get(10, TimeUnit.SECONDS));
        assertThat(kinds).hasSize(10).containsOnly(Kind.CONNECTION_LOST);
        proxy.heal();
        awaitWorking();
        assertStored(append(batch("a", 10, 1), PATIENCE));
        assertThat(length("a")).isEqualTo(11);
    }

    private void awaitLength(String stream, long length) throws InterruptedException {
        for (int i = 0; i < 500 && length(stream) < length; i++) {
            Thread.sleep(10);
        }
        assertThat(length(stream)).isEqualTo(length);
    }

    @Test
    void answers_that_came_before_the_connection_broke_count() throws Exception {
        awaitWorking();
        proxy.resetAfterReplies(4);

        List<AppendResult> results = append(batch("a", 0, 10), PATIENCE);

        assertThat(faults(results).subList(0, 3)).containsOnlyNulls();
        assertThat(faults(results).subList(5, 10)).containsOnly(Kind.CONNECTION_LOST);
    }

    @Test
    void without_a_connection_nothing_was_stored_and_it_is_said_at_once() throws Exception {
        awaitWorking();
        proxy.refuse();
        proxy.cut();
        Thread.sleep(100);
        long start = System.nanoTime();

        assertThat(faults(append(batch("a", 0, 3), PATIENCE))).containsOnly(Kind.NOT_CONNECTED);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        proxy.heal();
        awaitWorking();
        assertThat(length("a")).isZero();
    }

    @Test
    void a_redis_that_was_never_there_is_told_at_once_and_used_when_it_comes() throws Exception {
        server.kill();
        assertThat(faults(append(batch("a", 0, 3), PATIENCE))).containsOnly(Kind.NOT_CONNECTED);
        server.restart();
        awaitWorking();
    }

    @Test
    void a_killed_and_restarted_redis_is_used_again() throws Exception {
        awaitWorking();
        server.kill();
        assertThat(faults(append(batch("a", 0, 3), PATIENCE)))
                .allMatch(kind -> kind == Kind.NOT_CONNECTED || kind == Kind.CONNECTION_LOST);
        server.restart();
        awaitWorking();
        assertStored(append(batch("a", 0, 500), PATIENCE));
    }

    @Test
    void a_hanging_redis_times_out_and_is_connected_to_anew() throws Exception {
        awaitWorking();
        server.pause();
        try {
            CompletableFuture<List<AppendResult>> later = appender.append(batch("a", 5, 5), PATIENCE);
            assertThat(faults(append(batch("a", 0, 5), Duration.ofMillis(300)))).containsOnly(Kind.TIMEOUT);
            assertThat(faults(later.get(5, TimeUnit.SECONDS)))
                    .as("what was behind it on the dropped connection")
                    .containsOnly(Kind.CONNECTION_LOST);
            assertThat(faults(append(batch("a", 10, 5), Duration.ofMillis(300))))
                    .as("surely not sent")
                    .containsOnly(Kind.NOT_CONNECTED);
        } finally {
            server.resume();
        }
        awaitWorking();
        long before = length("a");
        assertStored(append(batch("a", 15, 5), PATIENCE));
        assertThat(length("a")).isEqualTo(before + 5).isLessThanOrEqualTo(15);
    }

    @Test
    void closing_ends_what_is_in_flight_exactly_once() throws Exception {
        awaitWorking();
        proxy.dropReplies();
        AtomicInteger completions = new AtomicInteger();
        CompletableFuture<List<AppendResult>> inFlight = appender.append(batch("a", 0, 5), PATIENCE);
        CompletableFuture<Void> counted = inFlight.thenRun(completions::incrementAndGet);
        awaitLength("a", 5);

        appender.close();
        appender.close();

        assertThat(faults(inFlight.get(5, TimeUnit.SECONDS))).containsOnly(Kind.CONNECTION_LOST);
        counted.get(5, TimeUnit.SECONDS);
        assertThat(completions).hasValue(1);
        assertThat(faults(append(batch("a", 0, 2), PATIENCE))).containsOnly(Kind.CLOSED);
    }

    @Test
    void a_batch_that_waits_for_the_first_connection_ends_with_the_close() throws Exception {
        server.pause();
        try {
            CompletableFuture<List<AppendResult>> waiting = appender.append(batch("a", 0, 5), PATIENCE);
            Thread.sleep(100);
            appender.close();
            assertThat(faults(waiting.get(5, TimeUnit.SECONDS))).containsOnly(Kind.CLOSED);
        } finally {
            server.resume();
        }
    }

    @Test
    void a_storm_of_cuts_leaves_no_future_hanging_and_no_stored_event_missing() throws Exception {
        List<CompletableFuture<List<AppendResult>>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            answers.add(appender.append(batch("a", i * 20, 20), Duration.ofSeconds(5)));
            if (i % 7 == 3) {
                proxy.reset();
            }
            Thread.sleep(5);
        }
        long stored = 0;
        long unknown = 0;
        for (CompletableFuture<List<AppendResult>> answer : answers) {
            List<Kind> kinds = faults(answer.get(10, TimeUnit.SECONDS));
            stored += kinds.stream().filter(kind -> kind == null).count();
            unknown +=
                    kinds.stream().filter(kind -> kind == Kind.CONNECTION_LOST).count();
        }
        assertThat(length("a")).isBetween(stored, stored + unknown);
    }
}
