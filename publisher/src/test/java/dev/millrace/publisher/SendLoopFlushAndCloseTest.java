package dev.millrace.publisher;

import static dev.millrace.publisher.LoopHarness.failure;
import static dev.millrace.redis.internal.RedisFault.Kind.CONNECTION_LOST;
import static dev.millrace.redis.internal.RedisFault.Kind.WRONGTYPE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.publisher.PublisherSettings.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SendLoopFlushAndCloseTest {

    private final LoopHarness harness = new LoopHarness(BatchLimits.defaults().withMaxEvents(3));
    private final FakeTarget target = harness.target;

    @Test
    void a_flush_sends_what_waits_and_completes_when_that_is_answered_though_some_failed() {
        harness.send("a");
        harness.turn();
        harness.send("b");
        CompletableFuture<Void> flush = harness.flush();
        harness.send("c");
        harness.turn();
        assertThat(harness.sent()).containsExactly(List.of("a"), List.of("b", "c"));
        target.store(harness.next());
        harness.turn();
        assertThat(flush).isNotDone();
        FakeTarget.fail(harness.next(), WRONGTYPE);
        harness.turn();
        assertThat(flush).isCompletedWithValue(null);
    }

    @Test
    void a_flush_does_not_wait_for_what_came_after_it() {
        harness.send("a");
        CompletableFuture<Void> flush = harness.flush();
        harness.turn();
        harness.sendTo("users", "later");
        harness.turn();
        target.store(harness.next());
        harness.turn();
        assertThat(flush).isCompleted();
        assertThat(harness.sent()).containsExactly(List.of("later"));
    }

    @Test
    void a_flush_in_a_callback_of_what_it_covers_does_not_wait_for_that_callback() {
        AtomicReference<CompletableFuture<Void>> flush = new AtomicReference<>();
        CompletableFuture<Boolean> flushed = harness.publish("a").thenApply(receipt -> {
            flush.set(harness.flush());
            harness.turn();
            return flush.get().isDone();
        });
        harness.turn();
        target.store(harness.next());
        harness.turn();
        assertThat(flushed).isCompletedWithValue(true);
    }

    @Test
    void a_flush_of_nothing_completes() {
        CompletableFuture<Void> flush = harness.flush();
        harness.turn();
        assertThat(flush).isCompleted();
    }

    @Test
    void close_sends_what_is_accepted_and_ends() {
        CompletableFuture<PublishReceipt> a = harness.publish("a");
        harness.turn();
        CompletableFuture<PublishReceipt> b = harness.publish("b");
        harness.closeWithin(Duration.ofSeconds(1));
        harness.turn();
        assertThat(harness.sent()).containsExactly(List.of("a"), List.of("b"));
        assertThat(harness.loop.isFinished()).isFalse();
        target.store(harness.next());
        target.store(harness.next());
        harness.turn();
        assertThat(harness.loop.isFinished()).isTrue();
        assertThat(harness.loop.report()).isEqualTo(new CloseReport(0, 0));
        assertThat(a).isCompleted();
        assertThat(b).isCompleted();
    }

    @Test
    void what_was_lost_before_and_what_is_refused_while_closing_is_reported_and_what_failed_earlier_is_not() {
        harness.send("earlier");
        harness.turn();
        FakeTarget.fail(harness.next(), WRONGTYPE);
        harness.turn();
        harness.send("lost");
        harness.turn();
        FakeTarget.fail(harness.next(), CONNECTION_LOST);
        harness.turn();
        harness.sendTo("users", "refused");
        harness.closeWithin(Duration.ofMillis(50));
        harness.turn();
        FakeTarget.fail(harness.next(), WRONGTYPE);
        harness.turn();
        assertThat(harness.loop.report()).as("something may still be delivered").isNull();
        harness.pass(Duration.ofMillis(50));
        harness.turn();
        assertThat(harness.loop.report()).isEqualTo(new CloseReport(1, 1));
        assertThat(new CloseReport(1, 1).left()).isEqualTo(2);
    }

    @Test
    void at_the_deadline_of_close_everything_left_fails_and_says_what_is_known() {
        LoopHarness one = new LoopHarness(BatchLimits.none().withMaxConcurrentBatches(1));
        CompletableFuture<PublishReceipt> inFlight = one.publish("a");
        CompletableFuture<PublishReceipt> waiting = one.publish("b");
        CompletableFuture<Void> flush = one.flush();
        one.turn();
        one.closeWithin(Duration.ofSeconds(1));
        assertThat(one.turn()).isEqualTo(Duration.ofMillis(5).toNanos());
        one.pass(Duration.ofSeconds(1));
        one.turn();
        one.turn();
        assertThat(one.loop.isFinished()).isTrue();
        assertThat(failure(inFlight).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure(waiting).outcome()).isEqualTo(Outcome.NOT_STORED);
        assertThat(one.loop.report()).isEqualTo(new CloseReport(1, 1));
        assertThat(flush).isCompleted();
        one.target.store(one.next());
        assertThat(one.accumulator.events()).isZero();
    }

    @Test
    void what_is_accepted_while_the_rest_is_given_up_is_given_up_as_well() {
        AtomicReference<Runnable> afterLastLook = new AtomicReference<>();
        LoopHarness own = new LoopHarness(
                BatchLimits.defaults(), Delivery.DEFAULTS, 10_000, false, new LookedThrough(afterLastLook));
        own.send("in flight");
        own.turn();
        AtomicReference<CompletableFuture<PublishReceipt>> late = new AtomicReference<>();
        afterLastLook.set(() -> late.set(own.publish("late")));
        own.closeLoop();
        for (int i = 0; i < 5 && !own.loop.isFinished(); i++) {
            own.turn();
        }
        assertThat(own.loop.isFinished()).isTrue();
        assertThat(failure(late.get())).hasMessageContaining("closed before it could be delivered");
        assertThat(own.accumulator.events()).isZero();
    }

    /** Somebody adds to it just after the loop has seen that it is empty. */
    private static final class LookedThrough extends ConcurrentLinkedQueue<Handover> {

        private static final long serialVersionUID = 1L;

        private final transient AtomicReference<Runnable> then;

        LookedThrough(AtomicReference<Runnable> then) {
            this.then = then;
        }

        @Override
        public Handover poll() {
            Handover next = super.poll();
            Runnable now = next == null ? then.getAndSet(null) : null;
            if (now != null) {
                now.run();
            }
            return next;
        }
    }
}
