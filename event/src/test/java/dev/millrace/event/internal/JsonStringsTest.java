package dev.millrace.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonStringsTest {

    /** What ends a text, what must not be taken for plain, and the neighbours of both. */
    private static final byte[] NOTABLE = {
        '"', '\\', 0x00, 0x1F, 0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7E, 0x7F, -128, -127, -1
    };

    @Test
    void the_end_of_a_text_is_found_wherever_it_lies_and_whatever_stands_around_it() {
        Random random = new Random(20_261_127);
        for (int round = 0; round < 200_000; round++) {
            byte[] json = new byte[random.nextInt(40)];
            for (int i = 0; i < json.length; i++) {
                json[i] = random.nextInt(4) > 0 ? (byte) ('a' + random.nextInt(26)) : notable(random);
            }
            int start = random.nextInt(json.length + 1);
            assertThat(JsonStrings.plainEnd(json, start))
                    .as("round %d: %s from %d", round, new String(json, StandardCharsets.ISO_8859_1), start)
                    .isEqualTo(byteByByte(json, start));
        }
    }

    private static byte notable(Random random) {
        return NOTABLE[random.nextInt(NOTABLE.length)];
    }

    private static int byteByByte(byte[] json, int start) {
        for (int i = start; i < json.length; i++) {
            if (json[i] == '"') {
                return i;
            }
            if (json[i] == '\\' || json[i] < 0x20 || json[i] == 0x7F) {
                return -1;
            }
        }
        return -1;
    }
}
