package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoopThreadTest {

    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private LoopThread thread;

    @AfterEach
    void stop() throws Exception {
        thread.stop();
        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
        assertThat(thread.revive()).as("a loop that was stopped comes back").isFalse();
    }

    private void start(Loop loop, Runnable onFailure) {
        thread = new LoopThread("millrace-test-loop", loop, Duration.ofMillis(1), System::nanoTime, failure -> {
            told.incrementAndGet();
            onFailure.run();
        });
        thread.start();
    }

    @Test
    void an_error_in_a_round_does_not_silence_the_loop() {
        start(
                () -> {
                    if (rounds.incrementAndGet() == 1) {
                        throw new StackOverflowError("deep");
                    }
                },
                () -> {});
        await().until(() -> rounds.get() > 1);
        assertThat(told).hasValue(1);
        assertThat(thread.revive()).as("it had died").isFalse();
    }

    @Test
    void a_loop_whose_thread_died_while_it_told_of_an_error_goes_on_in_another() {
        start(
                () -> {
                    if (rounds.incrementAndGet() == 1) {
                        throw new StackOverflowError("for a test");
                    }
                },
                () -> {
                    throw new IllegalStateException("while telling of it, for a test");
                });
        await().dontCatchUncaughtExceptions().until(() -> thread.revive());
        await().until(() -> rounds.get() > 1);
    }

    @Test
    void an_interrupt_from_elsewhere_does_not_end_the_loop() {
        start(
                () -> {
                    if (rounds.incrementAndGet() == 1) {
                        Thread.currentThread().interrupt();
                    }
                },
                () -> {});
        await().until(() -> rounds.get() > 1);
    }

    @Test
    void a_loop_is_late_from_the_end_of_its_rest_on_and_stuck_when_patience_is_over() {
        AtomicLong now = new AtomicLong();
        thread = new LoopThread("millrace-test-loop", () -> {}, Duration.ofSeconds(100), now::get, failure -> {});
        now.set(Duration.ofSeconds(99).toNanos());
        assertThat(thread.late()).isZero();
        now.set(Duration.ofSeconds(107).toNanos());
        assertThat(thread.late()).isEqualTo(Duration.ofSeconds(7));
        assertThat(thread.stuck(Duration.ofSeconds(8))).isFalse();
        assertThat(thread.stuck(Duration.ofSeconds(6))).isTrue();
    }
}
