package dev.millrace.benchmarks.contenders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

    private final KeyOrder keys = new KeyOrder(10);

    private void handle(long number) {
        keys.begin(number, keys.key(number));
        keys.end(number);
    }

    @Test
    void orders_are_dealt_out_to_all_keys_and_some_of_a_key_are_neighbours() {
        assertThat(LongStream.range(0, 1_000).mapToObj(keys::key).distinct()).hasSize(10);
        assertThat(LongStream.range(0, 1_000).filter(i -> keys.key(i).equals(keys.key(i + 1))))
                .isNotEmpty();
    }

    @Test
    void the_order_of_a_key_is_kept_whatever_other_keys_do() {
        LongStream.range(0, 1_000).filter(i -> keys.key(i).equals(keys.key(0))).forEach(this::handle);
        LongStream.range(0, 1_000).filter(i -> !keys.key(i).equals(keys.key(0))).forEach(this::handle);
        assertThatNoException().isThrownBy(() -> keys.require(true));
    }

    @Test
    void an_order_handled_after_a_later_one_of_its_key_is_found_where_order_is_promised() {
        long later = LongStream.range(1, 1_000)
                .filter(i -> keys.key(i).equals(keys.key(0)))
                .findFirst()
                .orElseThrow();
        handle(later);
        handle(0);
        assertThatNoException().isThrownBy(() -> keys.require(false));
        assertThatThrownBy(() -> keys.require(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("1 orders were handled after a later one of their key, 0 beside another of it");
    }

    @Test
    void an_order_handled_beside_another_of_its_key_is_found_where_order_is_promised() {
        keys.begin(0, keys.key(0));
        handle(LongStream.range(1, 1_000)
                .filter(i -> keys.key(i).equals(keys.key(0)))
                .findFirst()
                .orElseThrow());
        assertThatThrownBy(() -> keys.require(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("0 orders were handled after a later one of their key, 1 beside another of it");
    }

    @Test
    void an_order_without_its_key_is_found() {
        keys.begin(0, null);
        assertThatThrownBy(() -> keys.require(false)).isInstanceOf(IllegalStateException.class);
    }
}
