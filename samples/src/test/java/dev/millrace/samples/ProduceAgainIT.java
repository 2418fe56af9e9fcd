package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.Classification;
import dev.millrace.event.EventHeader;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.HeaderPolicy;
import dev.millrace.publisher.WireForm;
import dev.millrace.testkit.RedisExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a publisher has given up and written to a file goes out again with {@code produce --input}. */
class ProduceAgainIT {

    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    @TempDir
    Path directory;

    @Test
    void an_event_keeps_its_id_its_hash_and_all_its_header() throws IOException {
        String line = failedLine(
                WireForm.envelope(),
                BodyCodec.json(),
                Map.of("name", "Zoë"),
                header -> header.id("id-1")
                        .tenantId("acme")
                        .userId("u-1")
                        .sessionId("s-1")
                        .causationId("c-1")
                        .classification(Classification.RESTRICTED)
                        .version("2.1.0")
                        .originVersion("7")
                        .traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                        .context("role", "clerk \"two\"")
                        .unknownMember("context/depth", "3")
                        .unknownMember("shard", "{\"n\":[1,2]}"));
        produceAgain();

        String header = line.substring(0, line.indexOf(",\"body\":"));
        assertThat(header).contains("\"id\":\"id-1\"", "\"origin\":\"till\"", "\"shard\":{\"n\":[1,2]}", "\"depth\":3");
        assertThat(text(entry().get(1)))
                .isEqualTo("{\"pattern\":\"user.renamed\",\"data\":{\"header\":" + header
                        + "},\"body\":{\"name\":\"Zoë\"}}}");
    }

    @Test
    void an_event_without_a_key_is_given_none() throws IOException {
        failedLine(WireForm.envelope(), BodyCodec.json(), Map.of(), header -> header.userId("u-1"));
        produceAgain();

        assertThat(text(entry().get(1))).contains("\"userId\":\"u-1\"").doesNotContain("\"key\"");
    }

    @Test
    void bodies_that_are_no_json_arrive_as_they_were_whatever_their_compression() throws IOException {
        byte[] bytes = new byte[5_000];
        bytes[7] = '\n';
        bytes[8] = (byte) 0xFF;
        String line = failedLine(WireForm.split().zstd(), BodyCodec.binary(), bytes, header -> header.id("id-1"));
        produceAgain();

        List<?> entry = entry();
        assertThat(text(entry.get(1))).isEqualTo(line.substring(0, line.indexOf(",\"body\":")) + "}");
        assertThat(text(entry.get(1))).contains("\"contentType\":\"application/octet-stream\"");
        assertThat((byte[]) entry.get(3)).isEqualTo(bytes);
    }

    /** The line that a publisher writes for an event that Redis refuses. */
    private String failedLine(WireForm form, BodyCodec codec, Object body, Consumer<EventHeader.Builder> header)
            throws IOException {
        redis.server().cli("SET", "user-events", "no stream");
        try (EventPublisher publisher = EventPublisher.builder("till")
                .redis(redis.uri())
                .wireForm(form)
                .bodyCodec(codec)
                .headers(HeaderPolicy.defaults().key(event -> event.header().key()))
                .build()) {
            assertThat(publisher.publish("user.renamed", body, header)).failsWithin(Duration.ofSeconds(10));
            assertThat(publisher.failedEventsTo(file())).isEqualTo(1);
        }
        redis.server().cli("DEL", "user-events");
        return Files.readString(file()).strip();
    }

    private void produceAgain() {
        CommandRun run = CommandRun.of("produce", "--redis=" + redis.uri(), "--input=" + file(), "--origin=other");
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.lastLine()).startsWith("published 1, failed 0");
    }

    private Path file() {
        return directory.resolve("failed.ndjson");
    }

    /** Names and values of the one entry's fields. */
    private static List<?> entry() {
        List<?> entries =
                (List<?>) redis.server().command(bytes("XRANGE"), bytes("user-events"), bytes("-"), bytes("+"));
        assertThat(entries).hasSize(1);
        return (List<?>) ((List<?>) entries.get(0)).get(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
