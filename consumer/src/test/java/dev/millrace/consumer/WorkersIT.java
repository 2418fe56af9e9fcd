package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the threads that run handlers live through, and what becomes of their events when they do not. */
@Timeout(60)
class WorkersIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final TestStream stream = new TestStream(REDIS.server());
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void an_interrupt_that_a_handler_left_behind_does_not_hit_the_next_one() {
        stream.add("order.paid", "{}");
        try (ConsumerServer server = stream.server().retry(RetryPolicy.none()).build()) {
            server.addHandler(
                            "order.paid",
                            Map.class,
                            (body, header) -> Thread.currentThread().interrupt(),
                            HandlerOptions.defaults().priority(1))
                    .addHandler("order.paid", Map.class, (body, header) -> {
                        calls.incrementAndGet();
                        assertThat(new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS))
                                .isFalse();
                    })
                    .start();
            await().until(() -> calls.get() == 1 && server.pending() == 0);
            assertThat(server.status().totals().handled()).isEqualTo(1);
        }
        assertThat(stream.deadLetters()).isEmpty();
    }
}
