package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisServerIT {
    @Test
    void answers_as_soon_as_it_is_started_and_says_which_it_is() {
        try (RedisServer redis = RedisServer.embedded()) {
            assertThat(redis.cli("PING")).isEqualTo("PONG");
            assertThat(redis.describe()).contains(redis.uri()).containsPattern("(Redis|Valkey) \\d+\\.\\d+");
            assertThat(redis.cli("INFO", "server")).contains("process_id:" + redis.pid());
        }
    }

    @Test
    void two_servers_run_side_by_side_and_share_nothing() {
        try (RedisServer one = RedisServer.embedded();
                RedisServer two = RedisServer.embedded()) {
            one.cli("SET", "k", "one");
            assertThat(two.cli("GET", "k")).isEmpty();
            assertThat(one.port()).isNotEqualTo(two.port());
        }
    }

    @Test
    void an_append_only_server_keeps_its_data_and_its_uri_over_kill_and_restart() {
        try (RedisServer redis = RedisServer.builder().appendOnly(true).start()) {
            String uri = redis.uri();
            long pid = redis.pid();
            redis.cli("SET", "k", "kept");
            redis.kill();
            assertThat(ProcessHandle.of(pid)).isEmpty();
            assertThatThrownBy(() -> redis.cli("PING")).hasMessageContaining("No answer from");
            redis.restart();
            assertThat(redis.cli("GET", "k")).isEqualTo("kept");
            assertThat(redis.uri()).isEqualTo(uri);
            assertThat(redis.pid()).isNotEqualTo(pid);
        }
    }

    @Test
    void a_server_without_append_only_file_forgets_everything_in_a_restart() {
        try (RedisServer redis = RedisServer.embedded()) {
            redis.cli("SET", "k", "gone");
            redis.restart();
            assertThat(redis.cli("GET", "k")).isEmpty();
        }
    }

    @Test
    void nothing_is_left_of_a_closed_server() {
        RedisServer redis = RedisServer.builder().appendOnly(true).start();
        Path folder = Path.of(redis.cli("CONFIG", "GET", "dir").lines().toList().get(1));
        long pid = redis.pid();
        assertThat(folder).isDirectory();
        redis.close();
        redis.close();
        assertThat(Files.exists(folder)).isFalse();
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void a_server_paused_between_two_commands_goes_on_where_it_was() {
        try (RedisServer redis = RedisServer.embedded()) {
            redis.pause();
            redis.resume();
            assertThat(redis.cli("PING")).isEqualTo("PONG");
            redis.pause();
            redis.kill();
            redis.restart();
            assertThat(redis.cli("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void what_a_server_held_is_on_its_replica_once_the_replicas_were_awaited() {
        try (RedisServer master = RedisServer.embedded("--repl-diskless-sync-delay", "0")) {
            assertThatThrownBy(() -> master.awaitReplicas(Duration.ofMillis(50)))
                    .hasMessageContaining("connected_slaves:0");
            try (RedisServer replica =
                    RedisServer.embedded("--replicaof", "127.0.0.1", Integer.toString(master.port()))) {
                master.cli("SET", "k", "copied");
                master.awaitReplicas(Duration.ofSeconds(30));
                assertThat(replica.cli("GET", "k")).isEqualTo("copied");
                replica.pause();
                master.cli("SET", "k", "not yet");
                assertThatThrownBy(() -> master.awaitReplicas(Duration.ofMillis(50)))
                        .isInstanceOf(IllegalStateException.class);
                replica.resume();
            }
        }
    }

    @Test
    void replies_of_every_kind_come_back() {
        try (RedisServer redis = RedisServer.embedded()) {
            redis.cli("XADD", "s", "1-1", "f", "grüße");
            assertThat(redis.cli("XRANGE", "s", "-", "+")).isEqualTo("1-1\nf\ngrüße");
            assertThat(redis.cli("XLEN", "s")).isEqualTo("1");
            Object reply = redis.command(bytes("XRANGE"), bytes("s"), bytes("-"), bytes("+"));
            assertThat(reply).isInstanceOf(List.class);
            assertThatThrownBy(() -> redis.cli("LPUSH", "s", "x"))
                    .isInstanceOf(RedisReplyException.class)
                    .hasMessageStartingWith("WRONGTYPE");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
