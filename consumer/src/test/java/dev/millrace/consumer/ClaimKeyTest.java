package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimKeyTest {

    private static String key(char kind, String... texts) {
        ClaimKey key = ClaimKey.begin(kind);
        for (String text : texts) {
            key.add(text);
        }
        return Arrays.toString(key.end());
    }

    @Test
    void no_two_lists_of_texts_share_a_key() {
        Set<String> keys = new HashSet<>();
        List<String> all = List.of(
                key('h', "ab", "c"),
                key('h', "a", "bc"),
                key('h', "abc"),
                key('h', "abc", ""),
                key('h', "abc", null),
                key('h', null, "abc"),
                key('i', "abc"),
                key('h', "ä"),
                key('h', "\u00c3\u00a4"),
                key('h', "aä"),
                key('h', "x".repeat(2_000)),
                key('h', "x".repeat(2_001)));
        keys.addAll(all);
        assertThat(keys).hasSize(all.size());
    }

    @Test
    void the_same_texts_give_the_same_sixteen_bytes_again() {
        assertThat(ClaimKey.begin('h').add("order.paid").add("ä").end()).hasSize(ClaimKey.BYTES);
        assertThat(key('h', "order.paid", null, "ä")).isEqualTo(key('h', "order.paid", null, "ä"));
    }

    @Test
    void limits_that_make_no_sense_are_refused_with_key_value_and_mend() {
        assertThatThrownBy(() -> IdempotencyPolicy.byHash().maxRecords(999))
                .hasMessage("maxRecords: got 999; use 1000 to 100000000");
        assertThatThrownBy(() -> IdempotencyPolicy.byHash().window(Duration.ofDays(31)))
                .hasMessageContaining("window: got PT744H; use PT1S to");
        assertThat(IdempotencyPolicy.byEntry()
                        .maxRecords(5_000)
                        .window(Duration.ofMinutes(1))
                        .maxRecords())
                .isEqualTo(5_000);
    }
}
