package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuietTimeTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final QuietTime quiet = new QuietTime(now::get, Duration.ofNanos(100));

    @Test
    void nothing_is_taken_over_for_one_claim_idle_after_a_start() {
        now.addAndGet(99);
        assertThat(quiet.over()).isFalse();
        now.addAndGet(1);
        assertThat(quiet.over()).isTrue();
    }

    @Test
    void after_an_outage_the_time_counts_from_its_end_however_long_ago_it_was_noticed() {
        now.addAndGet(100);
        quiet.beginWhenHeard();
        now.addAndGet(1_000);
        assertThat(quiet.over()).isFalse();

        quiet.heard();
        now.addAndGet(99);
        quiet.heard();
        assertThat(quiet.over()).isFalse();
        now.addAndGet(1);
        assertThat(quiet.over()).isTrue();
        quiet.heard();
        assertThat(quiet.over()).isTrue();
    }
}
