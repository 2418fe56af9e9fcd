package dev.millrace.event.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyHashTest {

    @Test
    void the_hash_is_the_lower_case_hex_sha_256_that_other_tools_give() {
        byte[] bytes = "xabcx".getBytes(UTF_8);

        assertThat(BodyHash.sha256Hex(bytes, 1, 3))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void one_hash_leaves_nothing_behind_for_the_next() {
        byte[] bytes = "abc".getBytes(UTF_8);

        assertThat(BodyHash.sha256Hex(bytes, 0, 3)).isEqualTo(BodyHash.sha256Hex(bytes, 0, 3));
    }
}
