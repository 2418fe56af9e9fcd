package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisSetupException;
import dev.millrace.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Getting through the door, and being told in one line why not. */
@Timeout(60)
class RedisDoorIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static String refusal(String uri) {
        try (RedisLink link = RedisLink.owned(uri)) {
            RedisSetupException failure = catchThrowableOfType(RedisSetupException.class, link::check);
            assertThat(failure).as("a refusal of " + uri).isNotNull();
            assertThat(failure.getMessage().lines()).hasSize(1);
            assertThat(failure.getMessage()).doesNotContain("secret");
            return failure.getMessage();
        }
    }

    @Test
    void a_supported_server_passes_and_nothing_was_connected_before() {
        try (RedisServer server = RedisServer.embedded();
                RedisLink link = RedisLink.owned(server.uri())) {
            link.appender();
            new TestGroup(link, StreamGroupContract.options("s", "g", "c"));
            assertThat(server.cli("CLIENT", "LIST").lines()).hasSize(1);
            assertThatCode(link::check).doesNotThrowAnyException();
        }
    }

    @Test
    void nothing_there_is_told_at_once() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        long start = System.nanoTime();
        assertThat(refusal("redis://user:secret@127.0.0.1:" + port))
                .contains("redis://127.0.0.1:" + port, "refused", "start Redis");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void an_unknown_host_is_told() {
        assertThat(refusal("redis://no-such-host.invalid:6379")).contains("no such host", "no-such-host.invalid");
    }

    @Test
    void a_wrong_password_is_told_without_repeating_it() {
        try (RedisServer server = RedisServer.builder().password("right").start()) {
            String at = "@127.0.0.1:" + server.port();
            assertThat(refusal("redis://:secret" + at)).contains("user or password", "WRONGPASS");
            assertThat(refusal("redis://127.0.0.1:" + server.port())).contains("NOAUTH");
            try (RedisLink link = RedisLink.owned("redis://:right" + at)) {
                assertThatCode(link::check).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void a_cluster_node_wants_the_cluster_scheme() {
        try (RedisServer server = RedisServer.embedded("--cluster-enabled", "yes")) {
            assertThat(refusal(server.uri())).contains("redis-cluster://");
        }
    }

    @Test
    void tls_against_plain_and_plain_against_tls_are_told() {
        try (RedisServer server = RedisServer.builder().tls(true).start()) {
            assertThat(refusal(server.uri().replace("redis://", "rediss://"))).contains("TLS");
            assertThat(refusal(server.tlsUri().replace("rediss://", "redis://")))
                    .contains("rediss://");
            assertThat(refusal(server.tlsUri()))
                    .as("a certificate nobody trusts")
                    .contains("TLS", "trust");
        }
    }

    @Test
    void tls_works_with_the_applications_client() throws Exception {
        try (RedisServer server = RedisServer.builder().tls(true).start()) {
            RedisClient client = RedisClient.create(server.tlsUri());
            try {
                client.setOptions(LettuceSettings.standalone()
                        .mutate()
                        .sslOptions(SslOptions.builder()
                                .trustManager(server.caCertificate().toFile())
                                .build())
                        .build());
                worksAndLeavesOpen(client);
            } finally {
                client.shutdown(Duration.ZERO, PATIENCE);
            }
        }
    }

    private static void worksAndLeavesOpen(RedisClient client) throws Exception {
        try (RedisLink link = RedisLink.of(Redis.using(client))) {
            link.check();
            List<AppendResult> results = link.appender()
                    .append(List.of(new StreamAppend("s", new byte[] {1})), PATIENCE)
                    .get();
            assertThat(results.get(0).entryId()).isNotNull();
        }
        try (var connection = client.connect()) {
            assertThat(connection.sync().ping()).as("the application's client").isEqualTo("PONG");
            assertThat(connection.sync().clientList().lines()).hasSize(1);
        }
    }

    @Test
    void a_user_with_the_listed_commands_can_do_everything() throws Exception {
        try (RedisServer server = RedisServer.embedded()) {
            server.cli(("ACL SETUSER app on >secret ~orders ~{orders}:* " + AccessRules.PUBLISHER + " "
                            + AccessRules.CONSUMER)
                    .split(" "));
            try (RedisLink link = RedisLink.owned("redis://app:secret@127.0.0.1:" + server.port())) {
                link.check();
                EveryStep.walk(link);
            }
            assertThat(server.cli("ACL", "LOG")).as("refused commands").isBlank();
        }
    }

    @Test
    void a_user_that_may_not_do_something_is_told_so() {
        try (RedisServer server = RedisServer.embedded()) {
            server.cli("ACL", "SETUSER", "app", "on", ">secret", "~*", "+ping", "+client");
            assertThat(refusal("redis://app:secret@127.0.0.1:" + server.port()))
                    .contains("NOPERM", "+info", "+xreadgroup");
        }
    }

    @Test
    void closing_leaves_no_threads_and_what_was_handed_out_is_closed() throws Exception {
        try (RedisServer server = RedisServer.embedded()) {
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            RedisLink link = RedisLink.owned(server.uri());
            EveryStep.walk(link);
            TestGroup group = new TestGroup(link, StreamGroupContract.options("orders", "shipping", "late"));
            long start = System.nanoTime();
            link.close();
            link.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
            assertThat(ours(before)).isEmpty();
            StreamGroupContract.assertFault(RedisFault.Kind.CLOSED, group::pending);
            assertThatThrownBy(link::appender).hasMessageContaining("closed");
        }
    }

    @Test
    void closing_at_any_moment_of_connecting_leaves_no_thread() throws Exception {
        try (RedisServer server = RedisServer.embedded()) {
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            for (int i = 0; i < 80; i++) {
                RedisLink link = RedisLink.owned(server.uri());
                StreamAppender appender = link.appender();
                var unused =
                        appender.append(List.of(new StreamAppend("orders", new byte[] {1})), Duration.ofSeconds(10));
                Thread.sleep(i % 20, i * 10_000);
                link.close();
            }
            assertThat(ours(before)).isEmpty();
        }
    }

    private static Set<String> ours(Set<Thread> before) throws InterruptedException {
        Set<String> left = Set.of();
        for (int i = 0; i < 200; i++) {
            left = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !before.contains(thread))
                    .map(Thread::getName)
                    .filter(name -> name.startsWith("lettuce") || name.startsWith("millrace-connect"))
                    .collect(Collectors.toSet());
            if (left.isEmpty()) {
                break;
            }
            Thread.sleep(10);
        }
        return left;
    }
}
