package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.routing.Priority;
import org.junit.jupiter.api.Test;

/** What streams of a high priority leave to the others. */
class SharesOfOthersTest {

    private final SharesOfOthers shares = new SharesOfOthers();

    @Test
    void with_room_for_one_every_tenth_turn_is_the_others() {
        for (int round = 1; round <= 100; round++) {
            assertThat(shares.leftBy(Priority.HIGH, 1)).as("turn %s", round).isEqualTo(round % 10 == 0 ? 1 : 0);
        }
    }

    @Test
    void of_any_room_about_a_tenth_is_left_and_never_more_than_there_is() {
        int room = 0;
        int left = 0;
        for (int i = 0; i < 1_000; i++) {
            int now = 1 + i * 7 % 64;
            int share = shares.leftBy(Priority.HIGH, now);
            assertThat(share).isBetween(0, now);
            room += now;
            left += share;
        }
        assertThat(left).isEqualTo(room / 10);
    }

    @Test
    void each_priority_keeps_its_own_account() {
        for (int i = 0; i < 9; i++) {
            assertThat(shares.leftBy(Priority.HIGH, 1)).isZero();
        }
        assertThat(shares.leftBy(Priority.NORMAL, 1)).isZero();
        assertThat(shares.leftBy(Priority.HIGH, 1)).isEqualTo(1);
    }
}
