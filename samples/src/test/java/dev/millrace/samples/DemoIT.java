package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.testkit.RedisExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    @TempDir
    Path directory;

    @Test
    void without_any_redis_the_demo_brings_its_own_and_accounts_for_each_event() {
        CommandRun run = CommandRun.of("demo", "--events", "1000");

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.lastLine()).isEqualTo("reconciled");
        assertThat(run.err().get(0)).startsWith("Redis: ");
    }

    @Test
    void input_that_can_be_read_once_only_is_refused_and_not_counted_as_none() {
        CommandRun run = CommandRun.of("demo", "--redis", redis.uri(), "--input", "/dev/null");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).singleElement().asString().contains("read twice");
    }

    @Test
    void a_demo_that_fails_leaves_nothing_in_somebodys_redis() throws IOException {
        Path input = directory.resolve("broken.ndjson");
        byte[] surrogate = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
        byte[] head = "{\"type\":\"a.b\",\"body\":\"".getBytes(StandardCharsets.UTF_8);
        byte[] line = Arrays.copyOf(head, head.length + 5);
        System.arraycopy(surrogate, 0, line, head.length, 3);
        line[head.length + 3] = '"';
        line[head.length + 4] = '}';
        Files.write(input, line);
        CommandRun run = CommandRun.of("demo", "--redis", redis.uri(), "--input", input.toString());
        assertThat(run.exitCode()).isNotZero();
        assertThat(redis.server().cli("KEYS", "*millrace-demo*")).isEmpty();
    }

    @Test
    void the_generated_orders_show_each_way_an_event_can_end() {
        Map<?, ?> report = json(CommandRun.of("demo", "--events", "1000", "--redis", redis.uri(), "--json"));

        assertThat(report.keySet().stream().map(String::valueOf))
                .containsExactly(
                        "published",
                        "refused",
                        "handled",
                        "duplicates",
                        "retried",
                        "deadLettered",
                        "pending",
                        "eventsPerSecond",
                        "p50Millis",
                        "p99Millis",
                        "reconciled");
        assertThat(report.get("reconciled")).isEqualTo(true);
        assertThat(report.get("refused")).isEqualTo(20);
        assertThat(report.get("published")).isEqualTo(980);
        assertThat(report.get("duplicates")).isEqualTo(40);
        assertThat(number(report, "deadLettered")).isPositive();
        assertThat(number(report, "retried")).isGreaterThan(number(report, "deadLettered") * 3);
        assertThat(number(report, "handled") + number(report, "duplicates") + number(report, "deadLettered"))
                .isEqualTo(980);
        assertThat(report.get("pending")).isEqualTo(0);
    }

    @Test
    void an_event_that_is_too_large_is_refused_and_does_not_end_the_demo(@TempDir Path folder) throws IOException {
        String tooLarge = "{\"type\":\"a.b\",\"body\":\"" + "x".repeat(2 << 20) + "\"}\n";
        Path file = Files.writeString(folder.resolve("large.ndjson"), tooLarge + "{\"type\":\"a.b\",\"body\":1}\n");

        CommandRun run = CommandRun.of("demo", "--input", file.toString(), "--redis", redis.uri());

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.out()).anyMatch(line -> line.matches("refused +1"));
        assertThat(redis.server().cli("KEYS", "*")).isEmpty();
    }

    @Test
    void a_redis_with_data_of_somebodys_is_left_as_it_was() {
        redis.server().cli("SET", "theirs", "kept");

        CommandRun run = CommandRun.of("demo", "--events", "300", "--redis", redis.uri());

        assertThat(run.lastLine()).isEqualTo("reconciled");
        assertThat(redis.server().cli("KEYS", "*")).isEqualTo("theirs");
    }

    @Test
    void events_of_a_file_arrive_byte_for_byte_and_equal_ones_of_a_type_are_handled_once() throws IOException {
        Path file = directory.resolve("events.ndjson");
        Files.write(
                file,
                List.of(
                        "{\"type\":\"user.activated\",\"body\":{\"id\":1}}",
                        "{\"type\":\"user.deactivated\",\"body\":{\"id\":1}}",
                        "",
                        "  {\"body\": {\"name\" : \"Zoë 李 \\u00e9 \\/ 🚚\", \"n\": 1.10e+2}, \"type\": \"user.renamed\"}\r",
                        "{\"type\":\"user.activated\",\"extra\":[1,{\"body\":2}],\"body\":{\"id\":1}}",
                        "{\"type\":\"user.counted\",\"body\":17}",
                        "{\"type\":\"user.counted\",\"body\":\"a\\\"}b\"}"));

        CommandRun run = CommandRun.of("demo", "--input", file.toString(), "--redis", redis.uri(), "--json");

        Map<?, ?> report = json(run);
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(report.get("published")).isEqualTo(6);
        assertThat(report.get("handled")).isEqualTo(5);
        assertThat(report.get("duplicates")).isEqualTo(1);
    }

    @Test
    void an_empty_file_is_reconciled_at_once() throws IOException {
        Path file = Files.createFile(directory.resolve("empty.ndjson"));

        CommandRun run = CommandRun.of("demo", "--input", file.toString(), "--redis", redis.uri());

        assertThat(run.exitCode()).isZero();
        assertThat(run.lastLine()).isEqualTo("reconciled");
    }

    private static Map<?, ?> json(CommandRun run) {
        Body line = Body.of(run.lastLine().getBytes(StandardCharsets.UTF_8));
        return BodyCodec.json().decode(line, Map.class);
    }

    private static int number(Map<?, ?> report, String name) {
        return (int) report.get(name);
    }
}
