package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.protocol.RedisStateMachine;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The answer's bytes as Redis sends them, whole and piece by piece. */
class StreamEntriesOutputTest {

    private static final String ENTRIES = String.join(
            "\r\n",
            "*3",
            "*2|$3|1-1|*4|$1|a|$0||$1|b|$2|\r\n".replace("|", "\r\n"),
            "*2|$3|2-7|*0".replace("|", "\r\n"),
            "*2|$3|3-0|*-1".replace("|", "\r\n"),
            "");

    private static String decode(String reply) {
        RedisStateMachine machine = new RedisStateMachine();
        StreamEntriesOutput output = new StreamEntriesOutput();
        var buffer = Unpooled.buffer();
        boolean done = false;
        for (byte b : reply.getBytes(StandardCharsets.UTF_8)) {
            assertThat(done).as("complete before the last byte").isFalse();
            buffer.writeByte(b);
            done = machine.decode(buffer, output);
        }
        assertThat(done).isTrue();
        assertThat(output.hasError()).isFalse();
        return output.get().entrySet().stream()
                .map(stream -> stream.getKey() + ": " + show(stream.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String show(List<StreamEntry> entries) {
        return entries.stream().map(StreamEntriesOutputTest::show).collect(Collectors.joining(" "));
    }

    private static String show(StreamEntry entry) {
        List<String> fields = entry.fields().stream()
                .map(field -> new String(field, StandardCharsets.UTF_8).replace("\r\n", "↵"))
                .toList();
        return entry.id() + "=" + fields;
    }

    @Test
    void entries_of_both_protocols_are_read() {
        String expected = "s: 1-1=[a, , b, ↵] 2-7=[] 3-0=[]";
        assertThat(decode("*1\r\n*2\r\n$1\r\ns\r\n" + ENTRIES)).isEqualTo(expected);
        assertThat(decode("%1\r\n$1\r\ns\r\n" + ENTRIES)).isEqualTo(expected);
    }

    @Test
    void names_that_come_again_and_names_that_do_not_are_told_apart() {
        String entry = "*2|$3|1-%d|*4|$1|%s|$1|%s|$2|%s|$1|%s|";
        String reply = "*1|*2|$1|s|*3|" + entry.formatted(1, "a", "b", "cc", "d")
                + entry.formatted(2, "a", "a", "cc", "c") + entry.formatted(3, "b", "b", "aa", "e");
        assertThat(decode(reply.replace("|", "\r\n")))
                .isEqualTo("s: 1-1=[a, b, cc, d] 1-2=[a, a, cc, c] 1-3=[b, b, aa, e]");
    }

    @Test
    void an_answer_without_entries_is_empty() {
        assertThat(decode("*-1\r\n")).isEmpty();
        assertThat(decode("$-1\r\n")).isEmpty();
        assertThat(decode("_\r\n")).isEmpty();
        assertThat(decode("*1\r\n*2\r\n$1\r\ns\r\n*0\r\n")).isEqualTo("s: ");
    }

    @Test
    void entries_of_several_streams_are_told_apart() {
        String expected = "s: 1-1=[a, , b, ↵] 2-7=[] 3-0=[]; empty: ; t: 1-1=[a, , b, ↵] 2-7=[] 3-0=[]";
        String empty = "$5\r\nempty\r\n*0\r\n";
        assertThat(decode("*3\r\n*2\r\n$1\r\ns\r\n" + ENTRIES + "*2\r\n" + empty + "*2\r\n$1\r\nt\r\n" + ENTRIES))
                .isEqualTo(expected);
        assertThat(decode("%3\r\n$1\r\ns\r\n" + ENTRIES + empty + "$1\r\nt\r\n" + ENTRIES))
                .isEqualTo(expected);
    }
}
