package dev.millrace.publisher;

import static dev.millrace.redis.internal.RedisFault.Kind.CLOSED;
import static dev.millrace.redis.internal.RedisFault.Kind.CONNECTION_LOST;
import static dev.millrace.redis.internal.RedisFault.Kind.NOPERM;
import static dev.millrace.redis.internal.RedisFault.Kind.NOT_CONNECTED;
import static dev.millrace.redis.internal.RedisFault.Kind.OOM;
import static dev.millrace.redis.internal.RedisFault.Kind.WRONGTYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.event.Health;
import dev.millrace.publisher.PublisherSettings.Delivery;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PulseTest {

    private final LoopHarness harness = new LoopHarness(BatchLimits.defaults(), Delivery.DEFAULTS, 10_000, true);
    private final FakeTarget target = harness.target;

    @Test
    void what_has_just_begun_is_up_since_then() {
        assertThat(harness.health()).isEqualTo(Health.up(Instant.EPOCH));
        harness.pulse.closed();
        assertThat(harness.health()).isEqualTo(Health.down("the publisher is closed", Instant.EPOCH));
    }

    @Test
    void events_that_wait_for_ten_seconds_are_down_with_stream_fault_and_time_and_up_once_one_is_stored() {
        harness.send("a", "b");
        for (int second = 0; second < 12; second++) {
            assertThat(harness.health().up()).as("after %s s", second).isEqualTo(second < 10);
            harness.turn();
            harness.target.asked.forEach(question -> question.complete(null));
            if (!target.sent.isEmpty()) {
                FakeTarget.fail(harness.next(), OOM);
                harness.turn();
            }
            harness.pass(Duration.ofSeconds(1));
        }
        assertThat(harness.health())
                .isEqualTo(Health.down(
                        "orders: events wait, and none was stored for 12 s; last fault: OOM for a test",
                        Instant.EPOCH));
        harness.pass(Duration.ofSeconds(6));
        harness.turn();
        target.store(harness.next());
        harness.turn();
        assertThat(harness.health()).isEqualTo(Health.up(Instant.EPOCH.plusSeconds(18)));
    }

    @Test
    void a_batch_without_an_answer_is_a_standstill_although_another_stream_gets_on() {
        harness.sendTo("stuck", "a");
        harness.turn();
        FakeTarget.Sent stuck = harness.next();
        for (int second = 0; second < 10; second++) {
            harness.sendTo("orders", "b" + second);
            harness.turn();
            target.store(harness.next());
            harness.turn();
            assertThat(harness.health().up()).isTrue();
            harness.pass(Duration.ofSeconds(1));
        }
        harness.turn();
        assertThat(harness.health().reason()).isEqualTo("stuck: events wait, and none was stored for 10 s");
        FakeTarget.fail(stuck, WRONGTYPE);
        harness.turn();
        assertThat(harness.health().up()).as("refused for good is an end, too").isTrue();
    }

    @Test
    void an_idle_publisher_asks_every_four_seconds_and_is_down_after_ten_without_an_answer() {
        assertThat(harness.turn()).isEqualTo(Duration.ofSeconds(4).toNanos());
        harness.pass(Duration.ofSeconds(4));
        harness.turn();
        target.asked.removeFirst().complete(null);
        harness.pass(Duration.ofSeconds(4));
        assertThat(harness.turn()).isEqualTo(Duration.ofSeconds(4).toNanos());
        harness.pass(Duration.ofSeconds(4));
        harness.turn();
        assertThat(target.asked).as("one question at a time").hasSize(1);
        harness.pass(Duration.ofSeconds(2));
        assertThat(harness.health())
                .isEqualTo(Health.down("Redis has not answered for 10 s", Instant.EPOCH.plusSeconds(4)));
        away(target.asked.removeFirst(), NOT_CONNECTED);
        harness.turn();
        assertThat(harness.health().reason()).endsWith("for 10 s; last fault: NOT_CONNECTED for a test");
        target.asked.removeFirst().complete(null);
        assertThat(harness.health()).isEqualTo(Health.up(Instant.EPOCH.plusSeconds(14)));
    }

    @Test
    void a_refusal_is_an_answer_and_a_closed_connection_is_none() {
        harness.pass(Duration.ofSeconds(4));
        harness.turn();
        away(target.asked.removeFirst(), NOPERM);
        harness.pass(Duration.ofSeconds(9));
        assertThat(harness.health().up()).isTrue();
        harness.turn();
        away(target.asked.removeFirst(), CLOSED);
        harness.pass(Duration.ofSeconds(1));
        harness.turn();
        assertThat(harness.health().reason()).endsWith("last fault: CLOSED for a test");
    }

    @Test
    void what_is_in_flight_is_question_enough_and_its_loss_no_answer() {
        harness.send("a");
        harness.turn();
        harness.pass(Duration.ofSeconds(5));
        harness.turn();
        assertThat(target.asked).isEmpty();
        FakeTarget.fail(harness.next(), CONNECTION_LOST);
        harness.turn();
        assertThat(target.asked).hasSize(1);
        harness.pass(Duration.ofSeconds(5));
        harness.turn();
        assertThat(harness.health().reason()).contains("orders", "10 s", "CONNECTION_LOST for a test");
    }

    @Test
    void a_loop_that_does_not_turn_is_down() {
        harness.turn();
        harness.pass(Duration.ofSeconds(11));
        assertThat(harness.health().reason()).isEqualTo("the send loop has not turned for 11 s");
        LoopHarness console = new LoopHarness(BatchLimits.defaults());
        console.pass(Duration.ofSeconds(11));
        assertThat(console.health().up()).as("nothing to do").isTrue();
        console.send("a");
        assertThat(console.health().up()).isFalse();
    }

    @Test
    void a_question_that_cannot_be_put_is_put_again_later() {
        harness.pass(Duration.ofSeconds(4));
        target.beforeAsk = () -> {
            throw new IllegalStateException("for a test");
        };
        assertThat(harness.turn()).isEqualTo(Duration.ofSeconds(4).toNanos());
        target.beforeAsk = () -> {};
        harness.pass(Duration.ofSeconds(6));
        harness.turn();
        assertThat(harness.health().reason())
                .isEqualTo("Redis has not answered for 10 s; last fault: it could not be asked:"
                        + " java.lang.IllegalStateException: for a test");
        target.asked.removeFirst().complete(null);
        assertThat(harness.health().up()).isTrue();
    }

    @Test
    void a_loop_that_is_stuck_in_a_turn_is_down_though_nothing_waits_before_it() {
        LoopHarness console = new LoopHarness(BatchLimits.defaults());
        console.pass(Duration.ofHours(1));
        List<Health> seen = new ArrayList<>();
        console.target.beforeSend = () -> {
            seen.add(console.health());
            console.pass(Duration.ofSeconds(11));
            seen.add(console.health());
            throw new StackOverflowError("for a test");
        };
        console.send("a");
        console.turn();
        assertThat(seen.get(0).up()).isTrue();
        assertThat(seen.get(1).reason()).isEqualTo("the send loop has not turned for 11 s");
        assertThat(console.health().reason()).as("it goes on").startsWith("orders: events wait");
    }

    @Test
    void a_future_that_waits_for_a_thread_is_down_after_ten_seconds_until_one_comes() {
        List<Runnable> kept = new ArrayList<>();
        harness.executor = kept::add;
        CompletableFuture<PublishReceipt> future = harness.publish("a");
        harness.turn();
        target.store(harness.next());
        harness.turn();
        for (int second = 0; second < 10; second++) {
            assertThat(harness.health().up()).as("after %s s", second).isTrue();
            harness.pass(Duration.ofSeconds(1));
            harness.turn();
            target.asked.forEach(question -> question.complete(null));
        }
        assertThat(future).isNotDone();
        assertThat(harness.health().reason()).startsWith("callbacks: ").contains("10 s");
        kept.forEach(Runnable::run);
        harness.turn();
        assertThat(future).isCompleted();
        assertThat(harness.health()).isEqualTo(Health.up(Instant.EPOCH.plusSeconds(10)));
    }

    @Test
    void callbacks_that_hold_all_of_the_room_are_down_after_ten_seconds_until_one_returns() throws Exception {
        LoopHarness small = new LoopHarness(BatchLimits.defaults(), Delivery.DEFAULTS, 2, true);
        List<Thread> threads = new CopyOnWriteArrayList<>();
        small.executor = task -> {
            Thread thread = new Thread(task);
            threads.add(thread);
            thread.start();
        };
        CompletableFuture<Void> release = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(2);
        Runnable blocks = () -> {
            begun.countDown();
            release.join();
        };
        List<CompletableFuture<Void>> callbacks =
                List.of(small.publish("a").thenRun(blocks), small.publish("b").thenRun(blocks));
        small.turn();
        small.target.store(small.next());
        small.turn();
        begun.await();
        small.turn();
        for (int second = 0; second < 10; second++) {
            assertThat(small.health().up()).as("after %s s", second).isTrue();
            small.pass(Duration.ofSeconds(1));
            small.turn();
            small.target.asked.forEach(question -> question.complete(null));
        }
        assertThat(small.health())
                .isEqualTo(Health.down(
                        "callbacks: those of settled events have held all of the buffer's room for 10 s, and none returned",
                        Instant.EPOCH));

        release.complete(null);
        callbacks.forEach(CompletableFuture::join);
        for (Thread thread : threads) {
            thread.join();
        }
        small.turn();
        assertThat(small.health()).isEqualTo(Health.up(Instant.EPOCH.plusSeconds(10)));
    }

    @Test
    void down_has_a_reason_and_up_none() {
        assertThatIllegalArgumentException().isThrownBy(() -> Health.down("", Instant.EPOCH));
        assertThatIllegalArgumentException().isThrownBy(() -> new Health(true, "why", Instant.EPOCH));
    }

    private static void away(CompletableFuture<Void> question, RedisFault.Kind kind) {
        question.completeExceptionally(new RedisFaultException(new RedisFault(kind, kind + " for a test"), null));
    }
}
