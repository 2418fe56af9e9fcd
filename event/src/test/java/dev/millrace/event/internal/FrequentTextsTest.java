package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrequentTextsTest {

    @Test
    void a_text_that_was_read_before_is_the_same_string() {
        assertThat(read("order.paid")).isEqualTo("order.paid").isSameAs(read("order.paid"));
    }

    @Test
    void texts_of_one_slot_are_told_apart() {
        // More than there are slots, twice: nearly each finds another one in its place.
        for (int i = 0; i < 10_000; i++) {
            String text = "type-" + i % 5_000;

            assertThat(read(text)).isEqualTo(text);
        }
    }

    @Test
    void long_texts_are_not_kept() {
        String text = "x".repeat(65);

        assertThat(read(text)).isEqualTo(text).isNotSameAs(read(text));
    }

    private static String read(String text) {
        byte[] bytes = ("\"" + text + "\"").getBytes(US_ASCII);
        return FrequentTexts.of(bytes, 1, text.length());
    }
}
