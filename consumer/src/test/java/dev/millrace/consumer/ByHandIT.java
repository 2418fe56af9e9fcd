package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.Delivery;
import dev.millrace.testkit.RedisExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries that somebody processes by hand, while the server is paused or not. */
@Timeout(60)
class ByHandIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream stream = new TestStream(REDIS.server());
    private final List<String> handled = new CopyOnWriteArrayList<>();

    private ConsumerServer paused(ConsumerServerBuilder builder) {
        return builder.startPaused(true)
                .build()
                .addHandler("order.paid", Map.class, (body, header, delivery) -> {
                    handled.add(body.get("id") + " " + delivery.attempt());
                    if ("bad".equals(body.get("id"))) {
                        throw new NotRetryableException("bad");
                    }
                    if ("late".equals(body.get("id"))) {
                        throw new IllegalStateException("late");
                    }
                })
                .start();
    }

    private static String order(String id) {
        return "{\"id\":\"" + id + "\"}";
    }

    /** Delivers what is next to a consumer that is not there. */
    private void deliverTo(String consumer) {
        REDIS.server()
                .cli("XREADGROUP", "GROUP", TestStream.GROUP, consumer, "COUNT", "1", "STREAMS", stream.name(), ">");
    }

    @Test
    void a_paused_server_handles_so_many_entries_as_it_is_told_and_says_what_became_of_them() throws Exception {
        stream.add("order.paid", order("good"));
        stream.add("order.paid", order("good"));
        stream.add("order.paid", order("bad"));
        stream.add("order.unknown", order("x"));
        stream.add("order.paid", order("late"));
        stream.addRaw("no", "event");
        stream.add("order.paid", order("more"));
        try (ConsumerServer server = paused(stream.server().retry(RetryPolicy.fixed(3, Duration.ofMinutes(5))))) {
            assertThat(server.processBatch(6)).isEqualTo(new ProcessResult(1, 1, 1, 2, 1));
            assertThat(handled).containsExactlyInAnyOrder("good 1", "bad 1", "late 1");
            assertThat(server.processBatch(6)).isEqualTo(new ProcessResult(1, 0, 0, 0, 0));
            assertThat(server.processBatch(6)).isEqualTo(ProcessResult.NOTHING);
            assertThat(server.status().paused()).isTrue();
        }
    }

    @Test
    void an_entry_that_a_silent_consumer_holds_is_taken_over_and_handled_at_once() throws Exception {
        String id = stream.add("order.paid", order("o-1"));
        try (ConsumerServer server = paused(stream.server())) {
            deliverTo("gone");
            assertThatThrownBy(() -> server.process(id))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is in the hands of consumer gone")
                    .hasMessageContaining("can be taken over after PT0.");
            await().pollDelay(Duration.ofSeconds(1)).until(() -> stream.pending() == 1);

            assertThat(server.process(id)).isEqualTo(new ProcessResult(1, 0, 0, 0, 0));
            await().until(() -> stream.pending() == 0);
            assertThat(handled).containsExactly("o-1 1");
        }
    }

    @Test
    void an_entry_that_is_left_pending_under_its_own_name_is_handled_by_hand() throws Exception {
        String id = stream.add("order.paid", order("o-1"));
        try (ConsumerServer server = paused(stream.server().consumer("me").claimIdle(Duration.ofMinutes(5)))) {
            deliverTo("me");
            assertThat(server.process(id).handled()).isEqualTo(1);
            await().until(() -> stream.pending() == 0);
        }
    }

    @Test
    void what_is_settled_not_yet_delivered_or_in_hand_is_refused_with_what_would_help() throws Exception {
        String settled = stream.add("order.paid", order("o-1"));
        String waiting = stream.add("order.paid", order("late"));
        try (ConsumerServer server = paused(stream.server().retry(RetryPolicy.fixed(3, Duration.ofMinutes(5))))) {
            server.processBatch(2);
            await().until(() -> stream.pending() == 1);
            String next = stream.add("order.paid", order("o-2"));

            assertThatThrownBy(() -> server.process(settled)).hasMessageContaining("a replay handles it once more");
            assertThatThrownBy(() -> server.process(next))
                    .hasMessageContaining("processBatch(n) reads what comes next");
            assertThatThrownBy(() -> server.process(waiting)).hasMessageContaining("is in hand here already");
            assertThatThrownBy(() -> server.process("yesterday"))
                    .hasMessage("entryId: got 'yesterday'; use <milliseconds>-<sequence>, as in 1763692728000-0");
            assertThatThrownBy(() -> server.process("other", TestStream.GROUP, waiting))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> server.processBatch(0)).hasMessage("entries: got 0; use 1 to 2000");
        }
    }

    @Test
    void whoever_waits_for_an_entry_is_told_of_its_end_although_another_asked_for_it_in_vain() throws Exception {
        String id = stream.add("order.slow", order("o-1"));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ConsumerServer server =
                stream.server().startPaused(true).consumer("me").build()) {
            server.addHandler("order.slow", Map.class, (body, header) -> {
                        begun.countDown();
                        end.await();
                    })
                    .start();
            deliverTo("me");
            CompletableFuture<ProcessResult> first = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    first.complete(server.process(id));
                } catch (InterruptedException | RuntimeException e) {
                    first.completeExceptionally(e);
                }
            });
            waiting.start();
            begun.await();
            assertThatThrownBy(() -> server.process(id)).hasMessageContaining("is in hand here already");
            end.countDown();
            assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(new ProcessResult(1, 0, 0, 0, 0));
            waiting.join();
        }
    }

    @Test
    void while_the_server_holds_all_that_it_may_nothing_is_read_or_taken_by_hand() throws Exception {
        stream.add("order.paid", order("late"));
        stream.add("order.paid", order("next"));
        ConsumerServerBuilder builder = stream.server()
                .consumer("me")
                .concurrency(1)
                .maxPending(1)
                .claimIdle(Duration.ofMinutes(5))
                .retry(RetryPolicy.fixed(3, Duration.ofMinutes(5)));
        try (ConsumerServer server = paused(builder)) {
            assertThat(server.processBatch(1)).isEqualTo(new ProcessResult(0, 0, 0, 0, 1));
            assertThatThrownBy(() -> server.processBatch(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no batch was read: this server holds maxPending entries already, 1;"
                            + " try again when it has ended one, or raise maxPending");
            assertThat(stream.pending()).as("what was not read is nobody's").isEqualTo(1);
            String third = stream.add("order.paid", order("third"));
            deliverTo("me");
            deliverTo("me");
            assertThatThrownBy(() -> server.process(third))
                    .hasMessageStartingWith("entry " + third + ": this server holds maxPending entries already, 1");
            assertThat(handled).containsExactly("late 1");
        }
    }

    @Test
    void what_is_behind_one_of_its_key_that_waits_for_its_retry_counts_as_waiting() throws Exception {
        for (String id : List.of("late", "second", "third")) {
            stream.add("*", "order.paid", order(id), header -> header.key("k"));
        }
        stream.add("*", "order.paid", order("other"), header -> header.key("another"));
        String behind = stream.add("*", "order.paid", order("behind"), header -> header.key("k"));
        ConsumerServerBuilder builder = stream.server()
                .consumer("me")
                .order(OrderPolicy.byKey())
                .retry(RetryPolicy.fixed(3, Duration.ofMinutes(5)));
        try (ConsumerServer server = paused(builder)) {
            assertThat(server.processBatch(4)).isEqualTo(new ProcessResult(1, 0, 0, 0, 3));
            deliverTo("me");
            assertThat(server.process(behind)).isEqualTo(new ProcessResult(0, 0, 0, 0, 1));
            assertThat(handled).containsExactlyInAnyOrder("late 1", "other 1");
        }
    }

    @Test
    void what_waits_for_others_of_its_key_or_for_its_handlers_limit_is_waited_for_while_those_get_on()
            throws Exception {
        for (int i = 0; i < 4; i++) {
            stream.add("*", "order.slow", order("slow-" + i), header -> header.key("k"));
            stream.add("order.slow", order("no key " + i));
        }
        stream.add("order.slow", order("late"));
        try (ConsumerServer server = stream.server()
                .startPaused(true)
                .order(OrderPolicy.byKey())
                .retry(RetryPolicy.fixed(3, Duration.ofMinutes(5)))
                .build()
                .addHandler(
                        "order.slow",
                        Map.class,
                        (body, header) -> {
                            await().pollDelay(Duration.ofMillis(250)).until(() -> true);
                            if ("late".equals(body.get("id"))) {
                                throw new IllegalStateException("late");
                            }
                        },
                        HandlerOptions.defaults().concurrency(1))
                .start()) {
            assertThat(server.processBatch(9)).isEqualTo(new ProcessResult(8, 0, 0, 0, 1));
        }
    }

    @Test
    void what_waits_for_an_open_circuit_breaker_counts_as_waiting_and_so_does_what_is_behind_it() throws Exception {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("payment-api");
        breaker.transitionToForcedOpenState();
        for (int i = 0; i < 3; i++) {
            stream.add("*", "order.paid", order("o-" + i), header -> header.key("k"));
        }
        stream.add("order.paid", order("no key"));
        try (ConsumerServer server = stream.server()
                .startPaused(true)
                .order(OrderPolicy.byKey())
                .build()
                .addHandler(
                        "order.paid",
                        Map.class,
                        (body, header) -> handled.add(String.valueOf(body.get("id"))),
                        HandlerOptions.defaults().circuitBreaker(breaker))
                .start()) {
            assertThat(server.processBatch(4)).isEqualTo(new ProcessResult(0, 0, 0, 0, 4));
            assertThat(handled).isEmpty();
            breaker.transitionToClosedState();
            await().until(() -> server.status().totals().handled() == 4);
        }
    }

    @Test
    void an_event_in_manual_mode_counts_as_waiting_and_its_acknowledgement_ends_it() throws Exception {
        stream.add("order.paid", order("o-1"));
        Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
        try (ConsumerServer server = stream.server()
                .startPaused(true)
                .build()
                .addHandler(
                        "order.paid",
                        Map.class,
                        (body, header, delivery) -> deliveries.add(delivery),
                        HandlerOptions.defaults().manualAck())
                .start()) {
            assertThat(server.processBatch(1)).isEqualTo(new ProcessResult(0, 0, 0, 0, 1));
            deliveries.remove().ack();
            await().until(() -> server.pending() == 0);
        }
    }

    @Test
    void processing_by_hand_inside_a_handler_is_refused_and_ends_with_the_server() throws Exception {
        stream.add("order.paid", order("o-1"));
        CountDownLatch begun = new CountDownLatch(1);
        List<ProcessResult> results = new CopyOnWriteArrayList<>();
        ConsumerServer server = stream.server()
                .startPaused(true)
                .closeTimeout(Duration.ofMillis(100))
                .build();
        server.addHandler("order.paid", Map.class, (body, header) -> {
                    assertThatThrownBy(() -> server.processBatch(1)).hasMessageContaining("inside a handler");
                    begun.countDown();
                    new CountDownLatch(1).await();
                })
                .start();
        Thread caller = new Thread(() -> {
            try {
                results.add(server.processBatch(1));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        caller.start();
        begun.await();
        server.close();
        caller.join(10_000);
        assertThat(results).containsExactly(new ProcessResult(0, 0, 0, 0, 1));
    }
}
