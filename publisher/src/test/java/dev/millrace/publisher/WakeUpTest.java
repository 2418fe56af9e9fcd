package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.publisher.PublisherSettings.Delivery;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop with a thread of its own, which sleeps without a timer: nothing but a ring at the bell wakes it. */
@Timeout(30)
class WakeUpTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final SlowQueue queue = new SlowQueue();
    private final LoopHarness harness =
            new LoopHarness(BatchLimits.defaults(), Delivery.DEFAULTS, 10_000, false, queue);
    private final Thread thread = new Thread(harness.loop, "loop-of-a-test");

    @AfterEach
    void end() throws InterruptedException {
        harness.closeWithin(Duration.ZERO);
        thread.join(LONG.toMillis());
    }

    @Test
    void a_loop_that_went_to_rest_while_a_caller_was_held_up_before_the_queue_is_woken_for_its_event() {
        thread.start();
        awaitRest();
        CompletableFuture<PublishReceipt> first = harness.publish("first");
        awaitSent();
        queue.beforeAdd = () -> {
            queue.beforeAdd = () -> {};
            harness.target.store(harness.next());
            assertThat(first).succeedsWithin(LONG);
            awaitRest();
        };

        CompletableFuture<PublishReceipt> second = harness.publish("second");
        awaitSent();
        harness.target.store(harness.next());

        assertThat(second).succeedsWithin(LONG);
    }

    private void awaitSent() {
        long until = System.nanoTime() + LONG.toNanos();
        while (harness.target.sent.isEmpty()) {
            assertThat(System.nanoTime()).as("sent").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private void awaitRest() {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    /** As if whoever adds were preempted before. */
    private static final class SlowQueue extends ConcurrentLinkedQueue<Handover> {

        private static final long serialVersionUID = 1L;
        private transient volatile Runnable beforeAdd = () -> {};

        @Override
        public boolean add(Handover handover) {
            beforeAdd.run();
            return super.add(handover);
        }
    }
}
