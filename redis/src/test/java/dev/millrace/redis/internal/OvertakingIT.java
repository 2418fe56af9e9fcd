package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.redis.internal.RedisFault.Kind;
import dev.millrace.redis.internal.StreamAppender.Sending;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TcpProxy;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was lost is not passed by what is newer, however the threads take turns. */
@Timeout(60)
class OvertakingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private RedisServer server;
    private TcpProxy proxy;
    private StandaloneConnector connector;
    private Wire wire;
    private LettuceAppender appender;

    @BeforeEach
    void open() throws Exception {
        server = RedisServer.embedded();
        proxy = TcpProxy.inFrontOf(server);
        connector = StandaloneConnector.owned(RedisAddress.parse(proxy.uri()));
        wire = new Wire(connector.forAppends(), "append", closed -> {});
        appender = new LettuceAppender(wire);
        assertThat(fault(append("probe", "first", PATIENCE))).isNull();
    }

    @AfterEach
    void close() {
        appender.close();
        connector.shutdown();
        proxy.close();
        server.close();
    }

    private CompletableFuture<List<AppendResult>> append(String stream, String event, Duration timeout) {
        return append(stream, event, timeout, appender.generation());
    }

    private CompletableFuture<List<AppendResult>> append(
            String stream, String event, Duration timeout, long generation) {
        StreamAppend append = new StreamAppend(stream, event.getBytes(StandardCharsets.UTF_8));
        return appender.append(List.of(append), new Sending(timeout, generation, false));
    }

    private static Kind fault(CompletableFuture<List<AppendResult>> answer) throws Exception {
        RedisFault fault = answer.get(30, TimeUnit.SECONDS).get(0).fault();
        return fault == null ? null : fault.kind();
    }

    @Test
    void a_sender_that_is_slow_between_looking_and_sending_passes_nothing_over_the_connection_that_came_back()
            throws Exception {
        proxy.dropReplies();
        CompletableFuture<List<AppendResult>> older = append("a", "older", PATIENCE);
        CompletableFuture<List<AppendResult>> newer = new CompletableFuture<>();
        long generation = appender.generation();
        Thread sender = new Thread(() -> {
            var unused = append("a", "newer", PATIENCE, generation).thenAccept(newer::complete);
        });
        Wire asked = wire;
        synchronized (asked) { // which the sender asks for the connection
            sender.start();
            await(() -> sender.getState() == Thread.State.BLOCKED);
            proxy.reset();
            proxy.heal();
            assertThat(fault(older)).isEqualTo(Kind.CONNECTION_LOST);
            await(asked.connection().join()::isOpen);
        }

        assertThat(fault(newer)).isEqualTo(Kind.NOT_CONNECTED);
        sender.join();
        assertThat(server.cli("XRANGE", "a", "-", "+")).doesNotContain("newer");
    }

    @Test
    void what_is_in_flight_on_a_connection_that_was_given_up_is_not_passed_over_the_next_one() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        proxy.delay(Duration.ofMillis(200)); // so that the answer comes to a callback that is there already
        var unused = append("probe", "second", PATIENCE).thenRun(() -> {
            busy.countDown();
            awaitQuietly(free); // the I/O thread of the first connection has no time from here on
        });
        assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
        proxy.heal();
        try {
            CompletableFuture<List<AppendResult>> older = append("a", "older", PATIENCE);
            assertThat(fault(append("b", "expires", Duration.ofMillis(100)))).isEqualTo(Kind.TIMEOUT);
            var before = wire.connection();
            await(() -> wire.connection() != before || !before.isDone());

            CompletableFuture<List<AppendResult>> newer = append("a", "newer", PATIENCE);

            assertThat(fault(newer)).isEqualTo(Kind.NOT_CONNECTED);
            assertThat(fault(older)).isEqualTo(Kind.CONNECTION_LOST);
        } finally {
            free.countDown();
        }
        assertThat(server.cli("XRANGE", "a", "-", "+")).doesNotContain("newer");
    }

    @Test
    void what_was_sent_before_the_sender_heard_of_a_loss_and_is_not_written_yet_stays() {
        Losses losses = new Losses();
        AppendBatch batch = AppendBatch.oneByOne(
                List.of(new StreamAppend("a", new byte[0]), new StreamAppend("a", new byte[0])),
                XAdd.Head::of,
                losses,
                new Sending(PATIENCE, losses.told(), false));
        XAdd first = new XAdd(XAdd.Head.of("a"), new StreamAppend("a", new byte[0]), batch, 0);
        XAdd second = new XAdd(XAdd.Head.of("a"), new StreamAppend("a", new byte[0]), batch, 1);
        assertThat(first.isDone()).isFalse();
        first.encode(Unpooled.buffer());

        losses.begin();

        assertThat(first.isDone()).as("written already").isFalse();
        assertThat(second.isDone()).isTrue();
        assertThat(batch.future()).isNotDone();
        first.set(ByteBuffer.wrap("1-1".getBytes(StandardCharsets.US_ASCII)));
        first.complete();
        assertThat(batch.future().join())
                .extracting(
                        AppendResult::entryId,
                        result -> result.fault() == null ? null : result.fault().kind())
                .containsExactly(tuple("1-1", null), tuple(null, Kind.NOT_CONNECTED));
    }

    @Test
    void all_that_is_in_flight_is_lost_when_its_connection_ends_and_before_it_can_be_opened_again() throws Exception {
        Losses losses = new Losses();
        InFlight inFlight = InFlight.over(wire.connection().join(), false);
        AppendBatch batch = AppendBatch.oneByOne(
                List.of(new StreamAppend("a", new byte[0])),
                XAdd.Head::of,
                losses,
                new Sending(PATIENCE, losses.told(), false));
        inFlight.add(batch); // and Lettuce has not come to writing it

        proxy.reset();

        assertThat(fault(batch.future())).isEqualTo(Kind.NOT_CONNECTED);
        assertThat(losses.unheardOf(0)).isTrue();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean unused = latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
