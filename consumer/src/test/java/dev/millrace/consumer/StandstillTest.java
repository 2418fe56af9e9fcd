package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StandstillTest {

    private final Standstill standstill = new Standstill();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger rounds = new AtomicInteger();
    private final Thread other = new Thread(this::standStill);

    private void standStill() {
        try {
            assertThat(standstill.begin(Duration.ofSeconds(5))).isTrue();
            begun.countDown();
            end.await();
            standstill.end();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void begin() throws Exception {
        other.start();
        begun.await();
    }

    @AfterEach
    void end() throws Exception {
        end.countDown();
        other.join();
    }

    @Test
    void whoever_would_wait_for_longer_than_the_limit_is_told_why_and_what_would_help() {
        assertThatThrownBy(() -> standstill.bringIn(rounds::incrementAndGet, Duration.ofMillis(300), () -> false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("an entry that came back repeatedly runs alone, so nothing was brought in for PT0.3S:"
                        + " call again when its handler has ended, or give that a time limit");
        assertThat(rounds).hasValue(0);
    }

    @Test
    void whoever_waits_goes_on_when_it_ends() throws Exception {
        Thread ending = new Thread(end::countDown);
        ending.start();
        standstill.bringIn(rounds::incrementAndGet, Duration.ofSeconds(20), () -> false);
        assertThat(rounds).hasValue(1);
        ending.join();
    }

    @Test
    void nobody_waits_for_a_server_that_closes() {
        assertThatThrownBy(() -> standstill.bringIn(rounds::incrementAndGet, Duration.ofSeconds(20), () -> true))
                .hasMessage("the server closes: nothing is brought in any more");
    }
}
