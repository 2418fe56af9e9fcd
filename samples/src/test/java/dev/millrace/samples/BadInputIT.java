package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.RedisExtension;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadInputIT {

    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    @TempDir
    Path directory;

    static Stream<List<String>> commands() {
        return Stream.of(
                List.of("demo"), List.of("produce"), List.of("work", "--stream", "order-events", "--group", "g"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void an_address_that_is_none_is_told_in_one_line(List<String> command) {
        assertRefused(with(command, "--redis", "localhost:6379"), "localhost:6379", "redis://");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_redis_that_is_not_there_is_told_in_one_line(List<String> command) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertRefused(with(command, "--redis", "redis://127.0.0.1:" + port), "127.0.0.1:" + port, "start Redis there");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_host_that_does_not_exist_is_told_in_one_line(List<String> command) {
        assertRefused(with(command, "--redis", "redis://no-such-host.invalid:6379"), "no-such-host.invalid");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_redis_that_is_too_old_is_told_in_one_line(List<String> command) throws IOException {
        try (OldRedis old = new OldRedis("6.2.14")) {
            assertRefused(with(command, "--redis", old.uri()), "6.2.14", "7.0", "upgrade");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_flag_that_does_not_exist_is_told_in_one_line(List<String> command) {
        assertRefused(with(command, "--redis", redis.uri(), "--evnts", "3"), "--evnts", "--help");
    }

    @Test
    void a_missing_or_unknown_command_is_told_in_one_line() {
        assertRefused(List.of(), "--help");
        assertRefused(List.of("produse"), "produse", "--help");
    }

    @Test
    void a_missing_flag_is_told_in_one_line() {
        assertRefused(List.of("produce"), "--redis");
        assertRefused(List.of("work", "--redis", redis.uri()), "--stream", "--group");
    }

    @Test
    void sizes_below_the_least_are_told_in_one_line() {
        assertRefused(List.of("demo", "--events", "-5"), "--events", "-5", "1 or more");
        assertRefused(List.of("demo", "--events", "many"), "--events", "many");
        assertRefused(produce("--events", "0"), "--events", "0");
        assertRefused(produce("--rate", "-1"), "--rate", "-1");
        assertRefused(produce("--delivery-timeout-millis", "-1"), "--delivery-timeout-millis", "-1");
        assertRefused(work("--concurrency", "0"), "--concurrency", "0");
        assertRefused(work("--concurrency", "10001"), "concurrency", "10001", "1 to 10000");
        assertRefused(work("--handler-millis", "-1"), "--handler-millis", "-1");
        assertRefused(work("--fail-every", "-1"), "--fail-every", "-1");
        assertRefused(work("--claim-idle-millis", "1"), "--claim-idle-millis", "1", "300");
    }

    @Test
    void names_that_cannot_be_are_told_in_one_line() {
        assertRefused(produce("--origin", " "), "origin");
        assertRefused(produce("--stream", "{a}{b}"), "{a}{b}");
        assertRefused(work("--group", " "), "group");
        assertRefused(work("--consumer", ""), "consumer");
    }

    @Test
    void a_file_that_cannot_be_read_is_told_in_one_line() {
        String missing = directory.resolve("missing.ndjson").toString();
        assertRefused(List.of("demo", "--input", missing), missing, "no such file");
        assertRefused(produce("--input", missing), missing, "no such file");
        assertRefused(List.of("demo", "--input", directory.toString()), directory.toString(), "directory");
        assertRefused(produce("--input", directory.toString()), directory.toString(), "directory");
    }

    @Test
    void a_ledger_that_cannot_be_written_is_told_in_one_line() {
        String ledger = directory.resolve("no/such/ledger").toString();
        assertRefused(produce("--ledger", ledger), ledger);
        assertRefused(work("--ledger", ledger), ledger);
    }

    @Test
    void a_broken_line_is_told_with_its_number_and_the_demo_publishes_nothing_of_its_file() throws IOException {
        List<String> lines = new ArrayList<>(Collections.nCopies(30, "{\"type\":\"a.b\",\"body\":{\"x\":1}}"));
        lines.set(16, "{\"type\":\"a.b\",\"body\":{\"x\":");
        Path file = Files.write(directory.resolve("broken.ndjson"), lines);

        CommandRun demo = assertRefused(List.of("demo", "--input", file.toString(), "--redis", redis.uri()));
        assertThat(demo.err().get(0)).startsWith(file + ":17: ");
        assertThat(redis.server().cli("DBSIZE")).isEqualTo("0");

        Path ledger = directory.resolve("ledger");
        CommandRun produce = assertRefused(produce("--input", file.toString(), "--ledger", ledger.toString()));
        assertThat(produce.err().get(0)).startsWith(file + ":17: ");
        assertThat(Files.readAllLines(ledger)).hasSize(16);
    }

    @Test
    void a_stream_whose_name_is_taken_by_another_kind_of_key_is_told_in_one_line() {
        redis.server().cli("SET", "order-events", "a string");

        assertRefused(produce("--events", "100"), "order-events", "WRONGTYPE", "--stream");
        assertRefused(work(), "order-events", "WRONGTYPE");
    }

    private static CommandRun assertRefused(List<String> command, String... parts) {
        CommandRun run = CommandRun.of(command.toArray(String[]::new));
        assertThat(run.err()).as(command.toString()).hasSize(1);
        for (String part : parts) {
            assertThat(run.err().get(0)).as(command.toString()).contains(part);
        }
        assertThat(run.exitCode()).as(command.toString()).isEqualTo(2);
        return run;
    }

    private static List<String> produce(String... more) {
        return with(List.of("produce", "--redis", redis.uri()), more);
    }

    private static List<String> work(String... more) {
        return with(List.of("work", "--redis", redis.uri(), "--stream=order-events", "--group=g"), more);
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }
}
