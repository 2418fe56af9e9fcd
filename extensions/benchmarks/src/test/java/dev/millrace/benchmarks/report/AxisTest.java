package dev.millrace.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

    @ParameterizedTest
    @CsvSource({"1", "4.9", "5", "5.1", "99", "100", "487000", "0.3"})
    void equal_steps_reach_from_zero_to_the_greatest_value_and_little_further(double greatest) {
        Axis axis = Axis.linear(greatest);
        assertThat(axis.low()).isZero();
        assertThat(axis.high()).isGreaterThanOrEqualTo(greatest * (1 - 1e-9)).isLessThan(greatest * 2);
        assertThat(axis.ticks().size()).isBetween(3, 7);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "300,40000", "310,450", "0.9,1.1", "1,1000000", "28,1999"})
    void powers_reach_around_both_ends(double least, double greatest) {
        Axis axis = Axis.logarithmic(least, greatest);
        assertThat(axis.low()).isLessThanOrEqualTo(least).isGreaterThan(least / 11);
        assertThat(axis.high()).isGreaterThanOrEqualTo(greatest).isLessThan(greatest * 11);
        assertThat(axis.ticks()).isSorted().doesNotHaveDuplicates().hasSizeBetween(2, 12);
    }

    @Test
    void equal_factors_are_equal_distances_on_an_axis_by_powers() {
        Axis axis = Axis.logarithmic(1, 100);
        assertThat(axis.place(10) - axis.place(1)).isEqualTo(axis.place(100) - axis.place(10), Offset.offset(1e-9));
    }
}
