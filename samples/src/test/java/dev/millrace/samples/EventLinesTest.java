package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.event.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLinesTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[1, 2]",
                "{\"a\" : \"Zoë \\u00e9 \\\" } 🚚\"}",
                "\"text with \\\" and }\"",
                "17",
                "-1.50e+3",
                "true",
                "null",
                "[{\"body\":{\"type\":\"x\"}}]"
            })
    void a_body_is_given_byte_for_byte_wherever_it_stands(String body) throws IOException {
        assertThat(body(" {\"type\":\"a.b\",\"body\":" + body + "}")).isEqualTo(body);
        assertThat(body("{\"body\": " + body + " , \"type\":\"a.b\", \"more\":{\"body\":1}} \r"))
                .isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "x",
                "\"text\"",
                "{\"type\":\"a.b\"}",
                "{\"body\":1}",
                "{\"type\":1,\"body\":1}",
                "{\"type\":\"a..b\",\"body\":1}",
                "{\"type\":\"a.b\",\"body\":}",
                "{\"type\":\"a.b\",\"body\":{]}",
                "{\"type\":\"a.b\",\"body\":1} {}",
                "{\"type\":\"a.b\",\"body\":1,\"id\":2}",
                "{\"type\":\"a.b\",\"body\":1,\"timestamp\":\"yesterday\"}",
                "{\"type\":\"a.b\",\"body\":1,\"classification\":\"odd\"}",
                "{\"type\":\"a.b\",\"body\":1,\"context\":\"odd\"}",
                "{\"type\":\"a.b\",\"contentType\":\"a/b\",\"body\":\"?\"}",
                "{\"type\":\"a.b\",\"body\":1"
            })
    void a_line_that_is_no_event_is_told_with_file_and_number(String line) throws IOException {
        Path file = Files.writeString(
                directory.resolve("events"), "{\"type\":\"a.b\",\"body\":1}\n\n \t\r\n" + line + "\n");
        try (EventLines events = EventLines.open(file.toString())) {
            assertThat(events.next()).isNotNull();
            assertThatThrownBy(events::next)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageStartingWith(file + ":4: ");
        }
    }

    @Test
    void a_body_that_is_no_json_is_the_text_in_base64_however_it_is_escaped() throws IOException {
        String line = "{\"type\":\"a.b\",\"contentType\":\"application/x; kind=\\\"k\\\"\",\"body\":\"\\/\\/8=\"}";
        Event event = EventLine.parse(line.getBytes(StandardCharsets.UTF_8));
        assertThat((byte[]) event.body()).containsExactly(0xFF, 0xFF);
        assertThat(EventLine.contentType(event)).isEqualTo("application/x; kind=\"k\"");
        String number = "{\"type\":\"a.b\",\"contentType\":\"a/b\",\"body\":1234}";
        assertThatThrownBy(() -> EventLine.parse(number.getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("Base64");
        byte[] wide = "{\"type\":\"a.b\",\"body\":1}".getBytes(StandardCharsets.UTF_16);
        assertThatThrownBy(() -> EventLine.parse(wide)).hasMessageContaining("UTF-8");
    }

    private String body(String line) throws IOException {
        Path file = Files.writeString(directory.resolve("events"), line);
        try (EventLines events = EventLines.open(file.toString())) {
            Event event = events.next();
            assertThat(event.header().type()).isEqualTo("a.b");
            assertThat(events.next()).isNull();
            return new String((byte[]) event.body(), StandardCharsets.UTF_8);
        }
    }
}
