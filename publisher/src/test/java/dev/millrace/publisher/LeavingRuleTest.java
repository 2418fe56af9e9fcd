package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeavingRuleTest {

    private static final long NOW = 1_000_000_000L;
    private static final long WAIT = Duration.ofMillis(5).toNanos();
    private final LeavingRule rule = new LeavingRule(BatchLimits.defaults(), false);

    @Test
    void nothing_leaves_if_nothing_waits() {
        assertThat(rule.delay(state(0, 0, 0, NOW), 0, NOW)).isEqualTo(LeavingRule.NOT_BY_TIME);
    }

    @Test
    void a_lonely_event_leaves_at_once_if_nothing_is_in_flight_for_its_stream() {
        assertThat(rule.delay(state(1, 10, 0, NOW), 4, NOW)).isZero();
    }

    @Test
    void a_batch_fills_for_maxWait_while_another_of_its_stream_is_in_flight() {
        assertThat(rule.delay(state(1, 10, 1, NOW), 1, NOW)).isEqualTo(WAIT);
        assertThat(rule.delay(state(1, 10, 1, NOW), 1, NOW + WAIT - 1)).isEqualTo(1);
        assertThat(rule.delay(state(1, 10, 1, NOW), 1, NOW + WAIT)).isZero();
        assertThat(rule.delay(state(1, 10, 1, NOW), 1, NOW + 10 * WAIT)).isZero();
    }

    @Test
    void a_batch_full_by_events_or_by_bytes_leaves_at_once() {
        assertThat(rule.delay(state(499, 10, 1, NOW), 1, NOW)).isPositive();
        assertThat(rule.delay(state(500, 10, 1, NOW), 1, NOW)).isZero();
        assertThat(rule.delay(state(2, (1 << 20) - 1, 1, NOW), 1, NOW)).isPositive();
        assertThat(rule.delay(state(2, 1 << 20, 1, NOW), 1, NOW)).isZero();
    }

    @Test
    void not_even_a_full_and_old_batch_leaves_while_all_slots_are_taken() {
        assertThat(rule.delay(state(500, 1 << 20, 0, NOW), 5, NOW + WAIT)).isEqualTo(LeavingRule.NOT_BY_TIME);
    }

    @Test
    void a_flush_makes_a_partial_batch_leave() {
        assertThat(rule.delay(new LeavingRule.State(1, 10, 1, NOW, true, LeavingRule.NO_FAILURE), 1, NOW))
                .isZero();
    }

    @Test
    void after_a_failure_one_batch_at_a_time_leaves_once_its_wait_is_over() {
        LeavingRule.State waits = new LeavingRule.State(500, 1 << 20, 0, NOW, true, NOW + 100);
        assertThat(rule.delay(waits, 0, NOW)).isEqualTo(100);
        assertThat(rule.delay(waits, 0, NOW + 100)).isZero();
        LeavingRule.State probing = new LeavingRule.State(500, 1 << 20, 1, NOW, true, NOW);
        assertThat(rule.delay(probing, 1, NOW + 100)).isEqualTo(LeavingRule.NOT_BY_TIME);
    }

    @Test
    void in_strict_order_not_even_a_full_and_old_batch_leaves_while_another_of_its_stream_is_in_flight() {
        LeavingRule strict = new LeavingRule(BatchLimits.defaults(), true);
        assertThat(strict.delay(state(500, 1 << 20, 1, NOW), 1, NOW + WAIT)).isEqualTo(LeavingRule.NOT_BY_TIME);
        assertThat(strict.delay(state(1, 10, 0, NOW), 1, NOW)).isZero();
    }

    private static LeavingRule.State state(int events, long bytes, int inFlight, long firstAcceptedAt) {
        return new LeavingRule.State(events, bytes, inFlight, firstAcceptedAt, false, LeavingRule.NO_FAILURE);
    }
}
