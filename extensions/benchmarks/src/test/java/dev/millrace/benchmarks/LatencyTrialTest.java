package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.benchmarks.contenders.LatencyContender;
import dev.millrace.benchmarks.contenders.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LatencyTrialTest {

    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long STALL = 50 * PERIOD;

    @Test
    void a_stall_counts_for_every_order_that_was_due_in_it() {
        Stalling contender = new Stalling();
        LatencyTrial.send(contender, 0, 100, 1_000);
        assertThat(contender.latenesses).hasSize(100);
        for (int i = 0; i < 100; i++) {
            assertThat(contender.intended.get(i)).isEqualTo(contender.intended.get(0) + i * PERIOD);
        }
        for (int i = 11; i < 60; i++) {
            assertThat(contender.latenesses.get(i)).as("order %d", i).isGreaterThanOrEqualTo(STALL - (i - 10) * PERIOD);
        }
    }

    /** Takes its time for order 10. */
    private static final class Stalling implements LatencyContender {

        private final List<Long> intended = new ArrayList<>();
        private final List<Long> latenesses = new ArrayList<>();

        @Override
        public void start(Consumer<Order> handler) {
            // nothing is handled
        }

        @Override
        public void send(Order order) {
            intended.add(order.intendedAt());
            latenesses.add(System.nanoTime() - order.intendedAt());
            if (order.number() == 10) {
                long until = System.nanoTime() + STALL;
                while (System.nanoTime() - until < 0) {
                    LockSupport.parkNanos(until - System.nanoTime());
                }
            }
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
