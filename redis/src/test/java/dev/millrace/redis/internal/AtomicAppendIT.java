package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.RedisFault.Kind;
import dev.millrace.redis.internal.StreamAppender.Sending;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches that are stored as a whole or not at all, and batches that must not pass what was lost. */
@Timeout(60)
class AtomicAppendIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private RedisServer server;
    private TcpProxy proxy;
    private RedisLink link;
    private StreamAppender appender;

    @BeforeEach
    void open() throws Exception {
        server = RedisServer.embedded();
        proxy = TcpProxy.inFrontOf(server);
        link = RedisLink.owned(proxy.uri());
        appender = link.appender();
        assertThat(faults(atomic("warm-up", 1))).containsOnlyNulls();
    }

    @AfterEach
    void close() {
        link.close();
        proxy.close();
        server.close();
    }

    private static List<StreamAppend> batch(String stream, int count) {
        List<StreamAppend> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            batch.add(new StreamAppend(stream, ("event-" + i).getBytes(StandardCharsets.UTF_8)));
        }
        return batch;
    }

    private CompletableFuture<List<AppendResult>> send(String stream, int count) {
        return appender.append(batch(stream, count), new Sending(PATIENCE, appender.generation(), true));
    }

    private List<AppendResult> atomic(String stream, int count) throws Exception {
        return send(stream, count).get(30, TimeUnit.SECONDS);
    }

    private static List<Kind> faults(List<AppendResult> results) {
        return results.stream()
                .map(result -> result.fault() == null ? null : result.fault().kind())
                .toList();
    }

    private String length(String stream) {
        return server.cli("XLEN", stream);
    }

    @Test
    void each_append_of_a_transaction_gets_its_own_entry_id_in_order() throws Exception {
        List<AppendResult> results = atomic("a", 500);
        assertThat(faults(results)).hasSize(500).containsOnlyNulls();
        List<StreamId> ids =
                results.stream().map(result -> StreamId.parse(result.entryId())).toList();
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(server.cli(
                        "XRANGE", "a", results.get(7).entryId(), results.get(7).entryId()))
                .contains("event-7");
        assertThat(length("a")).isEqualTo("500");
    }

    @Test
    void a_full_or_read_only_redis_stores_none_and_says_why() throws Exception {
        server.cli("CONFIG", "SET", "maxmemory", "1");
        assertThat(faults(atomic("a", 3))).hasSize(3).containsOnly(Kind.OOM);
        server.cli("CONFIG", "SET", "maxmemory", "0");
        server.cli("REPLICAOF", "127.0.0.1", "1");
        assertThat(faults(atomic("a", 3))).hasSize(3).containsOnly(Kind.READONLY);
        server.cli("REPLICAOF", "NO", "ONE");
        assertThat(length("a")).isEqualTo("0");
        assertThat(faults(atomic("a", 3))).containsOnlyNulls();
    }

    @Test
    void a_key_of_another_type_refuses_all() throws Exception {
        server.cli("SET", "text", "x");
        assertThat(faults(atomic("text", 3))).hasSize(3).containsOnly(Kind.WRONGTYPE);
    }

    @Test
    void a_transaction_whose_answer_is_lost_is_unknown_and_not_sent_twice() throws Exception {
        proxy.dropReplies();
        CompletableFuture<List<AppendResult>> lost = send("a", 5);
        while (!length("a").equals("5")) {
            Thread.onSpinWait();
        }
        proxy.cut();
        assertThat(faults(lost.get(10, TimeUnit.SECONDS))).hasSize(5).containsOnly(Kind.CONNECTION_LOST);
        proxy.heal();
        awaitWorking();
        assertThat(length("a")).isEqualTo("5");
    }

    @Test
    void what_was_lost_is_not_passed_by_those_who_have_not_heard_of_it() throws Exception {
        long before = appender.generation();
        proxy.dropReplies();
        CompletableFuture<List<AppendResult>> lost = send("a", 5);
        proxy.cut();
        assertThat(faults(lost.get(10, TimeUnit.SECONDS))).containsOnly(Kind.CONNECTION_LOST);
        proxy.heal();
        awaitWorking();
        Sending unaware = new Sending(PATIENCE, before, false);
        assertThat(faults(appender.append(batch("b", 3), unaware).get(10, TimeUnit.SECONDS)))
                .hasSize(3)
                .containsOnly(Kind.NOT_CONNECTED);
        assertThat(length("b")).isEqualTo("0");
        Sending aware = new Sending(PATIENCE, appender.generation(), false);
        assertThat(faults(appender.append(batch("b", 3), aware).get(10, TimeUnit.SECONDS)))
                .containsOnlyNulls();
    }

    private void awaitWorking() throws Exception {
        while (faults(atomic("probe", 1)).get(0) != null) {
            Thread.sleep(20);
        }
    }
}
