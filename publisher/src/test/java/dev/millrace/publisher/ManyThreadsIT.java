package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.event.internal.Threads;
import dev.millrace.testkit.RedisExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ManyThreadsIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    @Test
    void sixty_four_threads_at_once_each_keep_their_order_and_no_future_stays_open() throws Exception {
        publishFrom(Executors.newFixedThreadPool(64), 64, 1_000);
    }

    @Test
    void a_thousand_virtual_threads_at_once_each_keep_their_order_and_no_future_stays_open() throws Exception {
        assumeTrue(Threads.virtualAvailable(), "this JVM has no virtual threads");
        publishFrom(Threads.perTask("caller-", 1), 1_000, 64);
    }

    /** Far more than the buffer holds, so that threads wait for room all the time. */
    private static void publishFrom(ExecutorService threads, int callers, int eventsEach) throws Exception {
        try (EventPublisher publisher = EventPublisher.builder("billing")
                .redis(REDIS.uri())
                .buffer(2_000, 64 << 20)
                .build()) {
            CountDownLatch start = new CountDownLatch(callers);
            List<Future<List<CompletableFuture<PublishReceipt>>>> results = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                String caller = "caller-" + i;
                results.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    return publish(publisher, caller, eventsEach);
                }));
            }
            for (Future<List<CompletableFuture<PublishReceipt>>> result : results) {
                assertStoredInOrder(result.get(), eventsEach);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(REDIS.server().cli("XLEN", "order-events")).isEqualTo(String.valueOf(callers * eventsEach));
    }

    private static List<CompletableFuture<PublishReceipt>> publish(EventPublisher publisher, String key, int events) {
        List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            futures.add(publisher.publish("order.paid", Map.of("n", i), header -> header.key(key)));
        }
        return futures;
    }

    private static void assertStoredInOrder(List<CompletableFuture<PublishReceipt>> futures, int events)
            throws Exception {
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0])).get(30, TimeUnit.SECONDS);
        assertThat(futures.stream().map(future -> future.join().entryId()))
                .hasSize(events)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Entries.BY_ID);
    }
}
