package dev.millrace.event.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final RateLimit limit = new RateLimit(now::get);

    @Test
    void the_first_is_said_and_the_rest_of_ten_seconds_is_counted() {
        assertThat(limit.ask()).isZero();
        now.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
        assertThat(limit.ask()).isEqualTo(RateLimit.SILENT);
        assertThat(limit.ask()).isEqualTo(RateLimit.SILENT);
        now.incrementAndGet();
        assertThat(limit.ask()).as("left out since").isEqualTo(2);
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(limit.ask()).isZero();
    }

    @Test
    void a_line_says_how_many_were_left_out_before_it() {
        assertThat(RateLimit.others(0)).isEmpty();
        assertThat(RateLimit.others(7)).isEqualTo(" (7 more since this was last said)");
    }
}
