package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveryCountTest {

    @Test
    void a_first_delivery_is_neither_an_attempt_nor_a_return() {
        assertThat(DeliveryCount.of(1)).isEqualTo(new DeliveryCount(0, 0));
    }

    @Test
    void crashes_count_as_returns_and_use_up_no_retry() {
        assertThat(DeliveryCount.of(4)).isEqualTo(new DeliveryCount(0, 3));
    }

    @Test
    void a_recorded_attempt_survives_the_crash_of_its_process() {
        long afterTwoTakeOvers = DeliveryCount.recorded(3) + 2;

        assertThat(DeliveryCount.of(afterTwoTakeOvers)).isEqualTo(new DeliveryCount(3, 1));
    }

    @Test
    void an_entry_handed_back_before_it_began_comes_back_as_new() {
        long afterTakeOver = DeliveryCount.recorded(0) + 1;

        assertThat(DeliveryCount.of(afterTakeOver)).isEqualTo(new DeliveryCount(0, 0));
    }
}
