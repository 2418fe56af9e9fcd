package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.event.DeliveryContext;
import dev.millrace.event.EventHeader;
import dev.millrace.testkit.RedisExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers that return before their work is done. */
@Timeout(60)
class AsyncHandlersIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream stream = new TestStream(REDIS.server());

    @Test
    void an_event_is_acknowledged_when_its_stage_ends_and_not_before() {
        stream.add("order.paid", "{\"id\":1}");
        CompletableFuture<String> work = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addAsyncHandler("order.paid", Map.class, (order, header, delivery) -> {
                        calls.incrementAndGet();
                        return work;
                    })
                    .start();
            await().until(() -> calls.get() == 1);
            // Several claim-idles: it must neither be acknowledged nor begin a second time.
            await().during(Duration.ofSeconds(2)).until(() -> stream.pending() == 1);
            assertThat(server.status().totals().handled()).isZero();

            work.complete("done");
            await().until(() -> stream.pending() == 0);
            await().untilAsserted(
                            () -> assertThat(server.status().totals().handled()).isEqualTo(1));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void what_a_stage_fails_with_decides_about_the_retry_without_its_wrapping() {
        stream.add("order.paid", "{\"id\":1}");
        stream.add("order.lost", "{\"id\":2}");
        AtomicInteger paid = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        try (ConsumerServer server = stream.server().build()) {
            server.addAsyncHandler(
                            "order.paid",
                            Map.class,
                            (order, header, delivery) -> paid.incrementAndGet() == 1
                                    ? CompletableFuture.failedFuture(new CompletionException(new IOException("once")))
                                    : CompletableFuture.completedFuture(null))
                    .addAsyncHandler("order.lost", Map.class, (order, header, delivery) -> {
                        lost.incrementAndGet();
                        return CompletableFuture.runAsync(() -> {
                            throw new NotRetryableException("gone for good");
                        });
                    })
                    .start();

            await().until(() -> server.status().totals().handled() == 1
                    && stream.deadLetters().size() == 1);
            assertThat(paid).hasValue(2);
            assertThat(lost).hasValue(1);
            assertThat(stream.deadLetters().get(0))
                    .containsEntry("millrace.reason", "NOT_RETRYABLE")
                    .containsEntry("millrace.exception", NotRetryableException.class.getName());
        }
    }

    @Test
    void a_stage_that_outlives_its_time_limit_is_cancelled_and_its_event_tried_again() {
        stream.add("order.paid", "{\"id\":1}");
        List<CompletableFuture<Void>> stages = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = stream.server().build()) {
            server.addAsyncHandler(
                            "order.paid",
                            Map.class,
                            (order, header, delivery) -> {
                                CompletableFuture<Void> stage = new CompletableFuture<>();
                                stages.add(stage);
                                if (stages.size() == 2) {
                                    stage.complete(null);
                                }
                                return stage;
                            },
                            HandlerOptions.defaults().timeLimit(Duration.ofMillis(200)))
                    .start();

            await().until(() -> server.status().totals().handled() == 1);
            assertThat(stages).hasSize(2);
            assertThat(stages.get(0)).isCancelled();
        }
    }

    @Test
    void closing_cancels_a_stage_that_does_not_end_and_leaves_its_event_to_others() {
        stream.add("order.paid", "{\"id\":1}");
        CompletableFuture<Void> never = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server =
                stream.server().closeTimeout(Duration.ofMillis(100)).build()) {
            server.addAsyncHandler("order.paid", Map.class, (order, header, delivery) -> {
                        calls.incrementAndGet();
                        return never;
                    })
                    .start();
            await().until(() -> calls.get() == 1);
        }
        assertThat(never).isCancelled();
        assertThat(stream.pending()).isEqualTo(1);
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void a_handler_that_returns_no_stage_has_failed() {
        stream.add("order.paid", "{\"id\":1}");
        try (ConsumerServer server = stream.server().retry(RetryPolicy.none()).build()) {
            server.addAsyncHandler("order.paid", Map.class, (order, header, delivery) -> null)
                    .start();
            await().until(() -> stream.deadLetters().size() == 1);
            assertThat(stream.deadLetters().get(0).get("millrace.message"))
                    .startsWith("an asynchronous handler returned null; return a stage");
        }
    }

    @Test
    void the_delivery_context_goes_along_to_other_threads() {
        String entry = stream.add("*", "order.paid", "{\"id\":1}", header -> header.id("e-1"));
        List<EventHeader> seen = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = stream.server().build()) {
            server.addAsyncHandler(
                            "order.paid",
                            Map.class,
                            (order, header, delivery) -> CompletableFuture.runAsync(
                                    () -> seen.add(DeliveryContext.current()),
                                    DeliveryContext.wrap(ForkJoinPool.commonPool())))
                    .start();
            await().until(() -> server.status().totals().handled() == 1);
        }
        assertThat(seen)
                .as(entry)
                .singleElement()
                .satisfies(header -> assertThat(header.id()).isEqualTo("e-1"));
    }
}
