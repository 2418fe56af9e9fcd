package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import dev.millrace.redis.internal.StreamAppender.Sending;
import io.lettuce.core.api.StatefulConnection;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a cluster's connection may do to whoever sends: block, throw half way, and write what it was told not to. */
@Timeout(30)
class LettuceAppenderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Timer timer = new HashedWheelTimer();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private final AtomicInteger refreshes = new AtomicInteger();
    private volatile Consumer<Collection<RawCommand>> onDispatch = commands -> {};
    private volatile String unreachable = "";
    private final Wire wire = new Wire(new FakeCluster(), "append", closed -> {});
    private final LettuceAppender appender = new LettuceAppender(wire);

    /** Whose connections do with commands what the test says. */
    private final class FakeCluster implements Connector {

        @Override
        @SuppressWarnings("unchecked")
        public StatefulConnection<byte[], byte[]> connect() {
            return (StatefulConnection<byte[], byte[]>) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {StatefulConnection.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("dispatch")) {
                            Collection<RawCommand> commands = (Collection<RawCommand>) arguments[0];
                            onDispatch.accept(commands);
                            written.add(commands.size() + " commands");
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> proxy == arguments[0];
                            case "closeAsync" -> CompletableFuture.completedFuture(null);
                            default -> null;
                        };
                    });
        }

        @Override
        public String describe() {
            return "a cluster";
        }

        @Override
        public Timer timer() {
            return timer;
        }

        @Override
        public boolean cluster() {
            return true;
        }

        @Override
        public boolean reaches(StatefulConnection<byte[], byte[]> connection, byte[] key) {
            return !new String(key, StandardCharsets.UTF_8).equals(unreachable);
        }

        @Override
        public void moved() {
            refreshes.incrementAndGet();
        }

        @Override
        public void shutdown() {
            // nothing runs
        }
    }

    @AfterEach
    void close() {
        appender.close();
        timer.stop();
    }

    private CompletableFuture<List<AppendResult>> append(Duration timeout, long generation, String... streams) {
        List<StreamAppend> appends = Stream.of(streams)
                .map(stream -> new StreamAppend(stream, "event".getBytes(StandardCharsets.UTF_8)))
                .toList();
        return appender.append(appends, new Sending(timeout, generation, false));
    }

    private void connected() {
        wire.connection().join();
    }

    private static List<Kind> faults(CompletableFuture<List<AppendResult>> batch) {
        List<Kind> kinds = new ArrayList<>();
        batch.orTimeout(10, TimeUnit.SECONDS)
                .join()
                .forEach(result -> kinds.add(result.fault().kind()));
        return kinds;
    }

    @Test
    void a_deadline_comes_although_whoever_sends_is_held_up_by_a_node() throws Exception {
        connected();
        CompletableFuture<List<AppendResult>> earlier = append(Duration.ofMillis(300), appender.generation(), "a");
        CountDownLatch heldUp = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        onDispatch = commands -> {
            heldUp.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        Thread sender = new Thread(() -> {
            var unused = append(PATIENCE, appender.generation(), "b");
        });
        sender.start();
        heldUp.await();
        assertThat(faults(earlier)).containsExactly(Kind.TIMEOUT);
        goOn.countDown();
        sender.join();
    }

    @Test
    void a_batch_for_a_node_that_is_not_connected_yet_waits_for_nothing_and_is_surely_not_stored() {
        connected();
        unreachable = "a";
        long generation = appender.generation();
        assertThat(faults(append(PATIENCE, generation, "a"))).containsExactly(Kind.TRYAGAIN);
        assertThat(written).isEmpty();
        var unused = append(PATIENCE, generation, "b");
        assertThat(written).as("and holds up nobody else").hasSize(1);
    }

    @Test
    void what_some_nodes_may_have_got_when_another_failed_is_not_said_to_be_surely_not_stored() {
        connected();
        onDispatch = commands -> {
            throw new IllegalStateException("no node for slot 7");
        };
        assertThat(faults(append(PATIENCE, Sending.ANY_GENERATION, "a", "b")))
                .containsExactly(Kind.CONNECTION_LOST, Kind.CONNECTION_LOST);
        assertThat(faults(append(PATIENCE, Sending.ANY_GENERATION, "a", "a")))
                .containsExactly(Kind.NOT_CONNECTED, Kind.NOT_CONNECTED);
    }

    @Test
    void what_waited_for_a_new_connection_does_not_pass_what_is_lost_with_the_old_one() {
        connected();
        CompletableFuture<List<AppendResult>> lost = append(PATIENCE, appender.generation(), "a");
        assertThat(written).hasSize(1);
        appender.reconnect();
        CompletableFuture<List<AppendResult>> newer = append(PATIENCE, appender.generation(), "a");
        assertThat(faults(newer)).containsExactly(Kind.NOT_CONNECTED);
        assertThat(faults(lost)).containsExactly(Kind.CONNECTION_LOST);
        assertThat(written).hasSize(1);
    }

    @Test
    void the_end_of_a_transaction_is_not_sent_to_another_node() {
        connected();
        onDispatch = commands -> {
            RawCommand end = List.copyOf(commands).get(commands.size() - 1);
            end.setError(StandardCharsets.UTF_8.encode("MOVED 7 127.0.0.1:7001"));
            assertThat(end.hasError()).as("lettuce would send it there").isFalse();
            end.complete();
        };
        StreamAppend append = new StreamAppend("a", "event".getBytes(StandardCharsets.UTF_8));
        Sending strict = new Sending(PATIENCE, appender.generation(), true);
        assertThat(faults(appender.append(List.of(append, append), strict))).containsExactly(Kind.MOVED, Kind.MOVED);
    }

    @Test
    void a_key_that_has_moved_has_the_cluster_looked_at_anew() {
        connected();
        onDispatch = commands -> commands.forEach(command -> {
            command.setError(StandardCharsets.UTF_8.encode("MOVED 7 127.0.0.1:7001"));
            assertThat(command.hasError()).as("lettuce would send it elsewhere").isFalse();
            command.complete();
        });
        assertThat(faults(append(PATIENCE, appender.generation(), "a"))).containsExactly(Kind.MOVED);
        assertThat(refreshes).hasValue(1);
    }
}
