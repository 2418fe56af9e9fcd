package dev.millrace.redis.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.cluster.SlotHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompanionKeysTest {

    @Test
    void companions_carry_the_streams_name() {
        assertThat(CompanionKeys.of("orders").deadLetters()).isEqualTo("{orders}:dead");
        assertThat(CompanionKeys.of("orders-{eu}").deadLetters()).isEqualTo("orders-{eu}:dead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "orders-{eu}", "{orders}", "{orders}:dead", "größe", "a b:c"})
    void companions_are_in_the_streams_slot(String stream) {
        CompanionKeys keys = CompanionKeys.of(stream);
        int slot = SlotHash.getSlot(stream);

        assertThat(SlotHash.getSlot(keys.deadLetters())).isEqualTo(slot);
        assertThat(SlotHash.getSlot(keys.epoch("{group}"))).isEqualTo(slot);
        assertThat(SlotHash.getSlot(keys.claims("}g{", "e"))).isEqualTo(slot);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "a{}b", "a{b", "a}b", "}{", "{a}{b}", "{{a}}", "{a}}", "}a{b}"})
    void other_braces_are_refused_with_the_name_and_a_way_out(String stream) {
        assertThatThrownBy(() -> CompanionKeys.of(stream))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(stream)
                .hasMessageContaining("leave the others out");
    }

    @Test
    void a_stream_without_a_name_is_refused() {
        assertThatThrownBy(() -> CompanionKeys.of("")).hasMessageContaining("name a stream");
    }
}
