package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final Throwable FAILURE = new IllegalStateException("down");
    private static final double MIDDLE = 0.5;

    @Test
    void three_retries_mean_at_most_four_handlings() {
        RetryPolicy policy = RetryPolicy.exponential(3, Duration.ofMillis(200));

        assertThat(policy.maxAttempts()).isEqualTo(4);
        assertThat(policy.delayAfter(3, FAILURE, MIDDLE)).isPresent();
        assertThat(policy.delayAfter(4, FAILURE, MIDDLE)).isEmpty();
    }

    @Test
    void an_exponential_delay_doubles_up_to_its_limit() {
        RetryPolicy policy = RetryPolicy.exponential(9, Duration.ofMillis(200)).maxDelay(Duration.ofSeconds(1));

        assertThat(policy.delayAfter(1, FAILURE, MIDDLE)).contains(Duration.ofMillis(200));
        assertThat(policy.delayAfter(2, FAILURE, MIDDLE)).contains(Duration.ofMillis(400));
        assertThat(policy.delayAfter(3, FAILURE, MIDDLE)).contains(Duration.ofMillis(800));
        assertThat(policy.delayAfter(4, FAILURE, MIDDLE)).contains(Duration.ofSeconds(1));
        assertThat(policy.delayAfter(9, FAILURE, MIDDLE)).contains(Duration.ofSeconds(1));
    }

    @Test
    void jitter_spreads_a_delay_by_its_share_and_no_more() {
        RetryPolicy policy = RetryPolicy.exponential(3, Duration.ofSeconds(1));

        assertThat(policy.delayAfter(1, FAILURE, 0)).contains(Duration.ofMillis(800));
        assertThat(policy.delayAfter(1, FAILURE, 1)).contains(Duration.ofMillis(1_200));
    }

    @Test
    void a_cause_that_cannot_be_retried_ends_the_retries_at_once() {
        RetryPolicy policy = RetryPolicy.fixed(3, Duration.ofMillis(10)).giveUpOn(IOException.class);

        assertThat(policy.delayAfter(1, new RuntimeException(new IOException("gone")), MIDDLE))
                .isEmpty();
        assertThat(policy.delayAfter(1, new NotRetryableException("never"), MIDDLE))
                .isEmpty();
        assertThat(policy.delayAfter(1, FAILURE, MIDDLE)).isPresent();
    }

    @Test
    void only_what_is_named_is_retried_where_something_is_named() {
        RetryPolicy policy = RetryPolicy.fixed(3, Duration.ofMillis(10))
                .retryOn(IOException.class)
                .retryOn(IllegalStateException.class)
                .giveUpOn(FileNotFoundException.class);

        assertThat(policy.delayAfter(1, new RuntimeException(new IOException("reset")), MIDDLE))
                .isPresent();
        assertThat(policy.delayAfter(1, FAILURE, MIDDLE)).isPresent();
        assertThat(policy.delayAfter(1, new RetryAfterException(Duration.ofSeconds(1)), MIDDLE))
                .contains(Duration.ofSeconds(1));
        assertThat(policy.delayAfter(1, new IllegalArgumentException("bad"), MIDDLE))
                .isEmpty();
        assertThat(policy.delayAfter(1, new FileNotFoundException("gone"), MIDDLE))
                .isEmpty();
        assertThatThrownBy(policy::retryOn).hasMessageStartingWith("retryOn: got no class; ");
    }

    @Test
    void what_is_given_up_on_adds_up() {
        RetryPolicy policy = RetryPolicy.fixed(3, Duration.ofMillis(10))
                .giveUpOn(IOException.class)
                .giveUpOn(IllegalStateException.class);

        assertThat(policy.delayAfter(1, new IOException("gone"), MIDDLE)).isEmpty();
        assertThat(policy.delayAfter(1, FAILURE, MIDDLE)).isEmpty();
    }

    @Test
    void a_handler_that_asks_for_a_delay_gets_it_but_no_further_retry() {
        RetryPolicy policy = RetryPolicy.fixed(1, Duration.ofMillis(10));
        Throwable asked = new RuntimeException(new RetryAfterException(Duration.ofMinutes(2), "rate limit"));

        assertThat(policy.delayAfter(1, asked, MIDDLE)).contains(Duration.ofMinutes(2));
        assertThat(policy.delayAfter(2, asked, MIDDLE)).isEmpty();
    }

    @Test
    void causes_in_a_circle_do_not_hang_the_worker() {
        Exception one = new Exception("one");
        Exception two = new Exception("two", one);
        one.initCause(two);

        assertThat(RetryPolicy.fixed(1, Duration.ZERO).delayAfter(1, one, MIDDLE))
                .isPresent();
    }

    @Test
    void nonsense_is_refused_with_its_mend() {
        assertThatThrownBy(() -> RetryPolicy.fixed(-1, Duration.ZERO)).hasMessage("retries: got -1; use 0 to 900");
        assertThatThrownBy(() -> RetryPolicy.fixed(1, Duration.ofMillis(-1)))
                .hasMessage("delay: got PT-0.001S; use PT0S to PT720H");
        assertThatThrownBy(() -> RetryPolicy.fixed(1, Duration.ofSeconds(5)).maxDelay(Duration.ofSeconds(1)))
                .hasMessage("maxDelay: got PT1S; use PT5S to PT720H");
        assertThatThrownBy(() -> RetryPolicy.none().jitter(Double.NaN)).hasMessage("jitter: got NaN; use 0 to 1");
    }
}
