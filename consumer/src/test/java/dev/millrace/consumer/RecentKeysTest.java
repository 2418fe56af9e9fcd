package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentKeysTest {

    private static byte[] key(int number) {
        return new byte[] {(byte) number};
    }

    @Test
    void a_copy_within_the_window_repeats_and_one_after_it_does_not() {
        RecentKeys recent = new RecentKeys(100, 10);

        assertThat(recent.repeats(key(1), 1_000)).isFalse();
        assertThat(recent.repeats(key(2), 1_000)).isFalse();
        assertThat(recent.repeats(key(1), 1_100)).isTrue();
        assertThat(recent.repeats(key(1), 1_101)).isFalse();
    }

    @Test
    void a_replay_of_more_than_it_remembers_goes_on_and_forgets_the_oldest() {
        RecentKeys recent = new RecentKeys(100, 3);

        for (int number = 1; number <= 4; number++) {
            assertThat(recent.repeats(key(number), 1_000)).isFalse();
        }
        assertThat(recent.repeats(key(1), 1_000)).as("forgotten").isFalse();
        assertThat(recent.repeats(key(4), 1_000)).isTrue();
    }
}
