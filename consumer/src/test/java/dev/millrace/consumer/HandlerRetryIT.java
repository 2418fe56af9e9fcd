package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often, and how much later, a failed event comes back. */
@Timeout(60)
class HandlerRetryIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream stream = new TestStream(REDIS.server());

    @Test
    void each_handler_is_retried_by_its_own_policy_and_the_rest_by_the_servers() {
        stream.add("order.paid", "{\"id\":1}");
        stream.add("order.sent", "{\"id\":2}");
        AtomicInteger paid = new AtomicInteger();
        AtomicInteger sent = new AtomicInteger();
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(1, Duration.ofMillis(10)))
                .build()) {
            server.addHandler(
                            "order.paid",
                            Map.class,
                            (order, header) -> {
                                paid.incrementAndGet();
                                throw new IllegalStateException("no");
                            },
                            HandlerOptions.defaults().retry(RetryPolicy.fixed(4, Duration.ofMillis(10))))
                    .addHandler("order.sent", Map.class, (order, header) -> {
                        sent.incrementAndGet();
                        throw new IllegalStateException("no");
                    })
                    .start();
            await().until(() -> stream.deadLetters().size() == 2);
            assertThat(paid).hasValue(5);
            assertThat(sent).hasValue(2);
        }
    }

    @Test
    void an_exception_that_is_not_to_be_retried_counts_also_as_the_cause_of_another() {
        stream.add("order.paid", "{\"id\":1}");
        AtomicInteger calls = new AtomicInteger();
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(3, Duration.ofMillis(10)).giveUpOn(IOException.class))
                .build()) {
            server.addHandler("order.paid", Map.class, (order, header) -> {
                        calls.incrementAndGet();
                        throw new IllegalStateException("wrapped", new UncheckedIOException(new IOException("disk")));
                    })
                    .start();
            await().until(() -> stream.deadLetters().size() == 1);
            assertThat(calls).hasValue(1);
            assertThat(stream.deadLetters().get(0)).containsEntry("millrace.reason", "NOT_RETRYABLE");
        }
    }

    @Test
    void a_handler_may_say_itself_when_its_event_is_to_come_back() {
        stream.add("order.paid", "{\"id\":1}");
        List<Long> calls = new CopyOnWriteArrayList<>();
        try (ConsumerServer server = stream.server()
                .retry(RetryPolicy.fixed(1, Duration.ofMillis(1)))
                .build()) {
            server.addHandler("order.paid", Map.class, (order, header) -> {
                        calls.add(System.nanoTime());
                        if (calls.size() == 1) {
                            throw new IllegalStateException(
                                    "full", new RetryAfterException(Duration.ofSeconds(1), "in a moment"));
                        }
                    })
                    .start();
            await().until(() -> server.status().totals().handled() == 1);
            assertThat(Duration.ofNanos(calls.get(1) - calls.get(0))).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }
}
