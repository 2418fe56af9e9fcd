package dev.millrace.publisher;

import static dev.millrace.redis.internal.RedisFault.Kind.CONNECTION_LOST;
import static dev.millrace.redis.internal.RedisFault.Kind.NOT_CONNECTED;
import static dev.millrace.redis.internal.RedisFault.Kind.OOM;
import static dev.millrace.redis.internal.RedisFault.Kind.TIMEOUT;
import static dev.millrace.redis.internal.RedisFault.Kind.WRONGTYPE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.redis.internal.RedisFault;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SendLoopTest {

    private static final BatchLimits THREE = BatchLimits.defaults().withMaxEvents(3);
    private final LoopHarness harness = new LoopHarness(THREE);
    private final FakeTarget target = harness.target;

    @Test
    void a_lonely_event_is_sent_at_once_and_its_future_names_stream_and_entry() {
        CompletableFuture<PublishReceipt> future = harness.publish("a");
        harness.turn();
        target.store(harness.next());
        harness.turn();

        assertThat(future).isCompletedWithValue(new PublishReceipt("orders", "1-0", "id-a"));
        assertThat(harness.count("published")).isEqualTo(1);
        assertThat(harness.accumulator.events()).isZero();
    }

    @Test
    void an_idle_loop_waits_without_a_timer() {
        assertThat(harness.turn()).isEqualTo(LeavingRule.NOT_BY_TIME);
        harness.send("a");
        assertThat(harness.turn()).isEqualTo(Duration.ofMillis(5).toNanos());
        target.store(harness.next());
        assertThat(harness.turn()).isEqualTo(LeavingRule.NOT_BY_TIME);
    }

    @Test
    void later_events_fill_a_batch_while_one_is_in_flight_until_maxWait() {
        harness.send("a");
        harness.turn();
        harness.send("b");
        harness.pass(Duration.ofMillis(3));
        harness.send("c");
        assertThat(harness.turn()).isEqualTo(Duration.ofMillis(2).toNanos());
        assertThat(harness.sent()).containsExactly(List.of("a"));
        harness.pass(Duration.ofMillis(2));
        harness.turn();
        assertThat(harness.sent()).containsExactly(List.of("a"), List.of("b", "c"));
    }

    @Test
    void a_full_batch_leaves_while_others_are_in_flight_but_never_more_than_the_limit() {
        harness.send("a", "b", "c", "d");
        harness.turn();
        assertThat(harness.sent()).containsExactly(List.of("a", "b", "c"));
        for (int i = 0; i < 30; i++) {
            harness.send("e" + i);
        }
        harness.turn();
        assertThat(harness.sent()).hasSize(5);
        assertThat(harness.loop.inFlight()).isEqualTo(5);
        target.store(harness.next());
        harness.turn();
        assertThat(harness.sent()).hasSize(5);
    }

    @Test
    void streams_do_not_wait_for_one_another() {
        harness.sendTo("orders", "a");
        harness.sendTo("users", "b");
        harness.turn();
        assertThat(harness.sent()).containsExactlyInAnyOrder(List.of("a"), List.of("b"));
    }

    @Test
    void a_batch_with_no_room_for_the_next_event_leaves_without_it() {
        LoopHarness small = new LoopHarness(BatchLimits.defaults().withMaxBytes(4));
        small.send("aa");
        small.send("bb");
        small.send("ccccccc");
        small.turn();
        assertThat(small.sent()).containsExactly(List.of("aa", "bb"), List.of("ccccccc"));
    }

    @Test
    void what_failed_is_sent_again_in_its_order_before_anything_newer() {
        harness.send("a", "b", "c", "d", "e", "f");
        harness.turn();
        harness.send("g");
        FakeTarget.Sent first = harness.next();
        FakeTarget.Sent second = harness.next();
        FakeTarget.fail(first, NOT_CONNECTED);
        harness.turn();
        assertThat(harness.sent()).as("the second batch is still unanswered").isEmpty();
        FakeTarget.fail(second, NOT_CONNECTED);
        assertThat(harness.turn()).isEqualTo(Duration.ofMillis(100).toNanos());
        harness.pass(Duration.ofMillis(100));
        harness.turn();
        assertThat(harness.sent()).as("one batch until one has come through").containsExactly(List.of("a", "b", "c"));
        target.store(harness.next());
        harness.turn();
        target.store(harness.next());
        harness.turn();
        target.store(harness.next());
        harness.turn();
        assertThat(target.stored).containsExactly("a", "b", "c", "d", "e", "f", "g");
        assertThat(harness.count("retried")).isEqualTo(6);
        assertThat(harness.count("suspected.duplicates"))
                .as("surely not stored")
                .isZero();
        assertThat(harness.count("reordered")).isZero();
    }

    @Test
    void an_event_overtaken_while_the_server_refused_it_is_counted_as_reordered() {
        harness.send("a", "b", "c");
        harness.turn();
        FakeTarget.Sent batch = harness.next();
        batch.answer().complete(List.of(target.stored("a"), FakeTarget.fault(OOM), target.stored("c")));
        harness.turn();
        harness.pass(Duration.ofMillis(100));
        harness.turn();
        assertThat(harness.sent()).containsExactly(List.of("b"));
        assertThat(harness.count("reordered")).isEqualTo(1);
    }

    @Test
    void a_refused_event_fails_alone() {
        CompletableFuture<PublishReceipt> a = harness.publish("a");
        CompletableFuture<PublishReceipt> b = harness.publish("b");
        CompletableFuture<PublishReceipt> c = harness.publish("c");
        harness.turn();
        FakeTarget.Sent batch = harness.next();
        batch.answer().complete(List.of(target.stored("a"), FakeTarget.fault(WRONGTYPE), target.stored("c")));
        harness.turn();
        assertThat(a).isCompleted();
        assertThat(c).isCompleted();
        assertThat(LoopHarness.failure(b).outcome()).isEqualTo(Outcome.NOT_STORED);
        assertThat(LoopHarness.failure(b)).hasMessageContaining("id-b").hasMessageContaining("WRONGTYPE");
        assertThat(harness.count("failed")).isEqualTo(1);
    }

    @Test
    void sending_again_after_a_lost_reply_is_a_suspected_duplicate_and_only_then() {
        CompletableFuture<PublishReceipt> future = harness.publish("a");
        harness.turn();
        failNextAndWait(CONNECTION_LOST);
        assertThat(harness.count("suspected.duplicates")).isZero();
        failNextAndWait(NOT_CONNECTED);
        assertThat(harness.count("suspected.duplicates")).isZero();
        failNextAndWait(TIMEOUT);
        assertThat(harness.count("suspected.duplicates")).isEqualTo(1);
        target.store(harness.next());
        harness.turn();
        assertThat(harness.count("suspected.duplicates")).isEqualTo(2);
        assertThat(future).isCompleted();
    }

    @Test
    void after_deliveryTimeout_the_failure_says_whether_the_event_may_be_stored() {
        CompletableFuture<PublishReceipt> lost = harness.publish("orders", "lost");
        harness.turn();
        CompletableFuture<PublishReceipt> refused = harness.publish("users", "refused");
        harness.turn();
        FakeTarget.fail(harness.next(), CONNECTION_LOST);
        FakeTarget.fail(harness.next(), NOT_CONNECTED);
        harness.turn();
        harness.pass(LoopHarness.DELIVERY);
        harness.turn();
        assertThat(LoopHarness.failure(lost).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(LoopHarness.failure(lost)).hasMessageContaining("may or may not be stored");
        assertThat(LoopHarness.failure(refused).outcome()).isEqualTo(Outcome.NOT_STORED);
        assertThat(harness.sent()).isEmpty();
        assertThat(harness.accumulator.events()).isZero();
    }

    @Test
    void an_attempt_is_given_no_more_time_than_its_youngest_event_has() {
        harness.send("old");
        harness.turn();
        assertThat(target.sent.peekLast().timeout()).isEqualTo(Duration.ofSeconds(10));
        harness.pass(Duration.ofSeconds(25));
        harness.send("young");
        FakeTarget.fail(harness.next(), TIMEOUT);
        harness.turn();
        harness.pass(Duration.ofMillis(100));
        harness.turn();
        assertThat(target.sent.peekLast().timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void an_attempt_is_given_a_second_at_least_for_its_end_costs_all_streams_their_connection() {
        harness.send("old");
        harness.turn();
        harness.pass(LoopHarness.DELIVERY.minusMillis(102));
        FakeTarget.fail(harness.next(), OOM);
        harness.turn();
        harness.pass(Duration.ofMillis(100));
        harness.turn();
        assertThat(target.sent.peekLast().timeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void an_event_is_given_up_no_later_than_one_attempt_after_deliveryTimeout() {
        CompletableFuture<PublishReceipt> old = harness.publish("old");
        harness.turn();
        harness.pass(LoopHarness.DELIVERY.minusMillis(101));
        FakeTarget.fail(harness.next(), TIMEOUT);
        harness.turn();
        harness.pass(Duration.ofMillis(100));
        CompletableFuture<PublishReceipt> young = harness.publish("young");
        harness.turn();
        FakeTarget.Sent last = harness.next();
        assertThat(last.entries()).containsExactly("old", "young");
        assertThat(last.timeout()).isEqualTo(Duration.ofSeconds(10));
        harness.pass(last.timeout());
        FakeTarget.fail(last, TIMEOUT);
        harness.turn();
        assertThat(LoopHarness.failure(old).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(young).isNotDone();
    }

    @Test
    void an_answer_that_makes_no_sense_is_an_unknown_outcome_and_the_loop_goes_on() {
        CompletableFuture<PublishReceipt> future = harness.publish("a");
        harness.turn();
        harness.next().answer().complete(List.of());
        harness.turn();
        harness.pass(Duration.ofMillis(100));
        harness.turn();
        harness.next().answer().completeExceptionally(new OutOfMemoryError("for a test"));
        harness.turn();
        harness.pass(Duration.ofMillis(200));
        harness.turn();
        target.store(harness.next());
        harness.turn();
        assertThat(future).isCompleted();
        assertThat(harness.count("suspected.duplicates")).isEqualTo(2);
    }

    @Test
    void an_answer_that_makes_no_sense_of_one_event_leaves_its_neighbours_and_the_stream_alone() {
        CompletableFuture<PublishReceipt> a = harness.publish("a");
        CompletableFuture<PublishReceipt> b = harness.publish("b");
        CompletableFuture<PublishReceipt> c = harness.publish("c");
        harness.turn();
        FakeTarget.Sent batch = harness.next();
        batch.answer().complete(Arrays.asList(target.stored("a"), null, target.stored("c")));
        harness.turn();
        assertThat(a).isCompleted();
        assertThat(LoopHarness.failure(b).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(c).isCompletedWithValue(new PublishReceipt("orders", "2-0", "id-c"));
        harness.send("d");
        harness.turn();
        assertThat(harness.sent()).containsExactly(List.of("d"));
        assertThat(harness.accumulator.events()).isEqualTo(1);
    }

    private void failNextAndWait(RedisFault.Kind kind) {
        FakeTarget.fail(harness.next(), kind);
        harness.turn();
        harness.pass(Duration.ofSeconds(1));
        harness.turn();
    }
}
