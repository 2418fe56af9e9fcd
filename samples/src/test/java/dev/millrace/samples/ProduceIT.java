package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ProduceIT {

    private static final String LINE = "{\"type\":\"user.renamed\",\"body\":{\"name\":\"Zoë\"}}\n";

    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    @TempDir
    Path directory;

    @Test
    void the_ledger_names_each_stored_event_once() throws IOException {
        CommandRun run = produce("--events=500", "--origin=till");

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.lastLine()).startsWith("published 500, failed 0");
        assertThat(ledger()).hasSize(500).doesNotHaveDuplicates();
        String entries = redis.server().cli("XRANGE", "order-events", "-", "+");
        assertThat(ledger()).allSatisfy(id -> assertThat(entries).contains("\"id\":\"" + id + "\""));
        assertThat(entries).contains("\"origin\":\"till\"");
    }

    @Test
    void a_second_run_adds_to_the_ledger_and_repeats_no_content() throws IOException {
        produce("--events=50");
        produce("--events=50");

        assertThat(ledger()).hasSize(100).doesNotHaveDuplicates();
        List<String> hashes = redis.server()
                .cli("XRANGE", "order-events", "-", "+")
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> line.replaceFirst(".*\"hash\":\"([0-9a-f]+)\".*", "$1"))
                .toList();
        assertThat(hashes).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void every_flag_can_be_given_in_the_environment() throws IOException {
        Map<String, String> environment = Map.of(
                "MILLRACE_REDIS",
                redis.uri(),
                "MILLRACE_EVENTS",
                "7",
                "MILLRACE_STREAM",
                "elsewhere",
                "MILLRACE_LEDGER",
                directory.resolve("ledger").toString());
        int exitCode = Samples.commandLine()
                .setDefaultValueProvider(new EnvironmentDefaults(environment))
                .setOut(new PrintWriter(PrintWriter.nullWriter()))
                .execute("produce", "--events=5");

        assertThat(exitCode).isZero();
        assertThat(redis.server().cli("XLEN", "elsewhere")).as("the flag wins").isEqualTo("5");
        assertThat(ledger()).hasSize(5);
    }

    @Test
    void a_rate_is_kept() {
        long startedAt = System.nanoTime();
        CommandRun run = produce("--events=51", "--rate=100");

        assertThat(run.exitCode()).isZero();
        assertThat(System.nanoTime() - startedAt).isGreaterThan(500_000_000);
    }

    @Test
    void events_are_read_from_stdin() throws IOException {
        InputStream stdin = System.in;
        System.setIn(new ByteArrayInputStream(LINE.repeat(3).getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(produce("--input=-").exitCode()).isZero();
        } finally {
            System.setIn(stdin);
        }
        assertThat(ledger()).hasSize(3);
        assertThat(redis.server().cli("XLEN", "user-events")).isEqualTo("3");
    }

    @Test
    void an_event_that_fails_does_not_fail_its_neighbours_but_the_command() throws IOException {
        String tooLarge = "{\"type\":\"user.renamed\",\"body\":\"" + "x".repeat(2 << 20) + "\"}\n";
        Path file = Files.writeString(directory.resolve("events.ndjson"), LINE + tooLarge + LINE);

        CommandRun run = produce("--input=" + file);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lastLine()).startsWith("published 2, failed 1");
        assertThat(run.err()).hasSize(1).first().asString().contains("user-events");
        assertThat(ledger()).hasSize(2);
    }

    @Test
    void whoever_stops_it_while_it_waits_for_its_input_loses_nothing_of_the_ledger() throws Exception {
        try (ChildCommand child = ChildCommand.start(
                directory, "produce", "produce", "--redis=" + redis.uri(), "--input=-", ledgerFlag())) {
            child.type(LINE.repeat(10));
            await().until(() -> redis.server().cli("XLEN", "user-events").equals("10"));
            child.terminate();

            assertThat(child.exitCode(20)).as("of SIGTERM").isEqualTo(143);
            assertThat(child.out()).last().asString().startsWith("published 10, failed 0");
            assertThat(ledger()).hasSize(10);
        }
    }

    @Test
    void a_stream_name_that_is_taken_is_told_in_one_line_whatever_the_log_says() throws Exception {
        redis.server().cli("SET", "user-events", "no stream");
        Path file = Files.writeString(directory.resolve("events.ndjson"), LINE);

        try (ChildCommand child = ChildCommand.start(
                directory, "produce", "produce", "--redis=" + redis.uri(), "--input=" + file, ledgerFlag())) {
            assertThat(child.exitCode(20)).isEqualTo(2);
            assertThat(child.err()).hasSize(1).first().asString().contains("user-events", "WRONGTYPE", "--stream");
        }
    }

    private CommandRun produce(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "produce";
        arguments[1] = "--redis=" + redis.uri();
        arguments[2] = ledgerFlag();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return CommandRun.of(arguments);
    }

    private String ledgerFlag() {
        return "--ledger=" + directory.resolve("ledger");
    }

    private List<String> ledger() throws IOException {
        return Files.readAllLines(directory.resolve("ledger"));
    }
}
