package dev.millrace.publisher;

import static dev.millrace.redis.internal.RedisFault.Kind.CONNECTION_LOST;
import static dev.millrace.redis.internal.RedisFault.Kind.OOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.publisher.PublisherSettings.Delivery;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendLoopOrderTest {

    private static final BatchLimits TWO = BatchLimits.defaults().withMaxEvents(2);

    @Test
    void what_is_sent_just_after_the_connection_was_lost_does_not_pass_what_was_lost_with_it() {
        LoopHarness harness = new LoopHarness(TWO);
        harness.send("a", "b");
        harness.turn();
        harness.send("c", "d");
        // The connection is lost and back before the loop hears of it, and the loop is about to send.
        harness.target.beforeSend = () -> {
            harness.target.beforeSend = () -> {};
            FakeTarget.Sent lost = harness.next();
            harness.target.lose(
                    lost,
                    lost.entries().stream()
                            .map(e -> FakeTarget.fault(CONNECTION_LOST))
                            .toList());
        };
        harness.turn();
        assertThat(harness.sent()).isEmpty();
        harness.turn();
        harness.pass(Duration.ofMillis(100));
        harness.turn();
        harness.target.store(harness.next());
        harness.turn();
        harness.target.store(harness.next());
        harness.turn();
        assertThat(harness.target.stored).containsExactly("a", "b", "c", "d");
        assertThat(harness.count("reordered")).isZero();
    }

    @Test
    void in_strict_order_one_batch_a_stream_is_in_flight_and_streams_do_not_wait_for_one_another() {
        LoopHarness harness = new LoopHarness(TWO, new Delivery(true, true, 10, 1_000));
        harness.send("a", "b", "c", "d", "e");
        harness.sendTo("users", "u");
        harness.turn();
        assertThat(harness.sent()).containsExactlyInAnyOrder(List.of("a", "b"), List.of("u"));
        FakeTarget.fail(harness.next(), OOM);
        harness.turn();
        harness.pass(Duration.ofMillis(100));
        harness.turn();
        assertThat(harness.sent()).contains(List.of("a", "b")).doesNotContain(List.of("c", "d"));
    }
}
