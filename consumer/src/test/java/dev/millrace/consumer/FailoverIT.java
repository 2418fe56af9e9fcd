package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.TcpProxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master that dies, and its replica that takes over: what was replicated is handled, and the servers find the new master. */
@Timeout(120)
class FailoverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Test
    void a_promoted_replica_is_found_and_what_it_has_is_handled() {
        try (RedisServer master = RedisServer.embedded("--repl-diskless-sync-delay", "0");
                RedisServer replica =
                        RedisServer.embedded("--replicaof", "127.0.0.1", Integer.toString(master.port()));
                RedisServer sentinel =
                        RedisServer.builder().sentinelOf("shop", master).start()) {
            await().atMost(PATIENCE)
                    .until(() ->
                            sentinel.cli("SENTINEL", "REPLICAS", "shop").contains(Integer.toString(replica.port())));
            await().atMost(PATIENCE)
                    .until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
            TestStream before = new TestStream(master);
            TestStream after = before.at(replica);
            Map<Object, Integer> runs = new ConcurrentHashMap<>();
            String uri = "redis-sentinel://127.0.0.1:" + sentinel.port() + "#shop";
            try (ConsumerServer server = before.server(ConsumerServer.builder().redis(uri))
                    .build()
                    .addHandler("order.**", Map.class, (body, header) -> runs.merge(body.get("id"), 1, Integer::sum))
                    .start()) {
                for (int i = 0; i < 50; i++) {
                    before.add("order.paid", "{\"id\":" + i + "}");
                }
                await().until(() -> runs.size() == 50);
                await().until(before::settled);
                master.awaitReplicas(PATIENCE);
                master.kill();
                await().atMost(PATIENCE).until(() -> replica.cli("ROLE").startsWith("master"));
                for (int i = 50; i < 100; i++) {
                    after.add("order.paid", "{\"id\":" + i + "}");
                }

                await().atMost(PATIENCE).until(() -> runs.size() == 100);
                await().atMost(PATIENCE).until(after::settled);
                assertThat(server.status().totals().lost()).isZero();
            }
            assertThat(runs.values()).as("acks had been replicated").containsOnly(1);
        }
    }

    @Test
    void what_was_handled_and_not_replicated_is_handled_again_and_nothing_else_is() {
        try (RedisServer master = RedisServer.embedded("--repl-diskless-sync-delay", "0");
                RedisServer replica =
                        RedisServer.embedded("--replicaof", "127.0.0.1", Integer.toString(master.port()));
                TcpProxy address = TcpProxy.inFrontOf(master)) {
            await().atMost(PATIENCE)
                    .until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
            TestStream before = new TestStream(master);
            TestStream after = before.at(replica);
            Map<Integer, Integer> runs = new ConcurrentHashMap<>();
            try (ConsumerServer server = before.server(ConsumerServer.builder().redis(address.uri()))
                    .build()
                    .addHandler(
                            "order.**",
                            Map.class,
                            (body, header) -> runs.merge((Integer) body.get("id"), 1, Integer::sum))
                    .start()) {
                add(before, 0, 20);
                await().until(before::settled);
                server.pause();
                add(before, 20, 40);
                master.awaitReplicas(PATIENCE);
                replica.cli("REPLICAOF", "NO", "ONE");
                server.resume();
                await().until(before::settled);
                assertThat(runs).hasSize(40);

                address.redirectTo(replica);
                add(after, 40, 60);

                await().atMost(PATIENCE).until(() -> runs.size() == 60);
                await().atMost(PATIENCE).until(after::settled);
                assertThat(server.status().totals().lost()).isZero();
                assertThat(server.status().totals().deadLettered()).isZero();
            }
            assertThat(runs)
                    .allSatisfy((id, times) ->
                            assertThat(times).as("runs of event %s", id).isEqualTo(id >= 20 && id < 40 ? 2 : 1));
        }
    }

    private static void add(TestStream stream, int from, int to) {
        for (int i = from; i < to; i++) {
            stream.add("order.paid", "{\"id\":" + i + "}");
        }
    }
}
