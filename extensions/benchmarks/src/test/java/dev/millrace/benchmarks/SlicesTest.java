package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlicesTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7})
    void every_variant_stands_as_often_at_each_place_and_behind_each_other(int size) {
        List<Integer> variants = IntStream.range(0, size).boxed().toList();
        Map<String, Integer> places = new HashMap<>();
        Map<String, Integer> followers = new HashMap<>();
        for (int pass = 1; pass <= 2 * size; pass++) {
            List<Integer> order = Slices.order(variants, pass);
            assertThat(order).containsExactlyInAnyOrderElementsOf(variants);
            for (int i = 0; i < size; i++) {
                places.merge(order.get(i) + " at " + i, 1, Integer::sum);
                if (i > 0) {
                    followers.merge(order.get(i) + " behind " + order.get(i - 1), 1, Integer::sum);
                }
            }
        }
        assertThat(places).hasSize(size * size);
        assertThat(places.values()).containsOnly(2);
        assertThat(followers).hasSize(size * (size - 1));
        assertThat(followers.values()).containsOnly(2);
    }
}
