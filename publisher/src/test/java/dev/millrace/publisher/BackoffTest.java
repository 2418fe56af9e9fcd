package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void waits_double_up_to_the_longest_and_never_overflow() {
        Backoff backoff = backoff(0.5);
        assertThat(millis(backoff, 1)).isEqualTo(100);
        assertThat(millis(backoff, 2)).isEqualTo(200);
        assertThat(millis(backoff, 6)).isEqualTo(3_200);
        assertThat(millis(backoff, 7)).isEqualTo(5_000);
        assertThat(millis(backoff, Integer.MAX_VALUE)).isEqualTo(5_000);
    }

    @Test
    void publishers_that_failed_together_come_back_spread_over_20_percent() {
        assertThat(millis(backoff(0), 1)).isEqualTo(80);
        assertThat(millis(backoff(1), 1)).isEqualTo(120);
    }

    private static Backoff backoff(double random) {
        return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), () -> random);
    }

    private static long millis(Backoff backoff, int retry) {
        return Math.round(backoff.nanos(retry) / 1e6);
    }
}
