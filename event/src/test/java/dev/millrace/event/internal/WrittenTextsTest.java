package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WrittenTextsTest {

    private static final List<String> SPECIAL =
            List.of("", "a\"b\\c", "tab\there", "käse €", "𝄞", "x".repeat(255), "y".repeat(256));

    private final WrittenTexts texts = new WrittenTexts();
    private final JsonWriter out = new JsonWriter();

    @Test
    void a_header_never_says_another_headers_type_however_many_types_there_are() {
        List<String> all = Stream.concat(
                        SPECIAL.stream(), IntStream.range(0, 200).mapToObj(i -> "order.placed." + i))
                .toList();
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String text = all.get(random.nextInt(all.size()));
            assertThat(written(text)).isEqualTo(plainly(text));
        }
    }

    @Test
    void an_equal_text_that_was_made_anew_is_written_the_same() {
        String kept = written("order.placed");
        assertThat(written(String.join(".", "order", "placed"))).isEqualTo(kept);
    }

    private String written(String text) {
        out.reset();
        texts.write(text, out);
        return result(out);
    }

    private static String plainly(String text) {
        JsonWriter plain = new JsonWriter();
        plain.text(text);
        return result(plain);
    }

    private static String result(JsonWriter writer) {
        byte[] bytes = new byte[writer.size()];
        writer.copyTo(bytes);
        return new String(bytes, UTF_8);
    }
}
