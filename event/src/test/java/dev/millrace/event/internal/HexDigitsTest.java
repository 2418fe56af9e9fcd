package dev.millrace.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HexDigitsTest {

    @Test
    void ids_and_hashes_have_the_digits_that_other_languages_write() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            check(random.nextInt());
        }
    }

    @Test
    void every_half_of_a_number_keeps_its_zeros_and_its_highest_bit() {
        for (int value = 0; value <= 0xFFFF; value++) {
            check(value);
            check(value << 16);
        }
    }

    private static void check(int value) {
        byte[] text = "<........,....>".getBytes(StandardCharsets.US_ASCII);
        HexDigits.eight(value, text, 1);
        HexDigits.four(value, text, 10);
        assertThat(new String(text, StandardCharsets.US_ASCII))
                .isEqualTo(String.format(Locale.ROOT, "<%08x,%04x>", value, value & 0xFFFF));
    }
}
