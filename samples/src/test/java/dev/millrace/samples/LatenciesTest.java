package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    private final Latencies latencies = new Latencies();

    @Test
    void percentiles_are_measured_values_and_none_is_lost() {
        for (int millis = 2_000; millis >= 1; millis--) {
            latencies.add(millis * 1_000_000L);
        }

        assertThat(latencies.percentileMillis(0.50)).isEqualTo(1_000);
        assertThat(latencies.percentileMillis(0.99)).isEqualTo(1_980);
        assertThat(latencies.percentileMillis(1.00)).isEqualTo(2_000);
    }

    @Test
    void nothing_measured_is_zero() {
        assertThat(latencies.percentileMillis(0.99)).isZero();
    }
}
