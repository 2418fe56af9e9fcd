package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callbacks may do, and what they can do harm to. */
@Timeout(60)
class CallbacksTest {

    private static final Map<String, Object> BODY = Map.of("n", 1);

    private final AutoTarget target = new AutoTarget();
    private final List<EventPublisher> started = new ArrayList<>();

    @AfterEach
    void close_what_was_started() {
        target.open();
        started.forEach(publisher -> publisher.close(Duration.ofMillis(200)));
    }

    private EventPublisher start(EventPublisherBuilder builder) {
        EventPublisher publisher = builder.start(builder.settings(), target, target::close);
        started.add(publisher);
        return publisher;
    }

    @Test
    void two_hundred_callbacks_that_publish_flush_and_join_all_at_once_do_not_hang() throws Exception {
        EventPublisher publisher = start(EventPublisher.builder("billing"));
        target.shut();
        List<CompletableFuture<?>> callbacks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            callbacks.add(publisher.publish("a.b", BODY).thenAccept(receipt -> {
                PublishReceipt unused = publisher.publish("a.c", BODY).join();
                publisher.flush().join();
            }));
        }
        target.open();
        await(callbacks);
        assertThat(target.entries()).hasSize(400);
    }

    @Test
    void the_thread_that_sends_runs_no_callback_though_the_executor_hands_it_back_when_it_is_busy() throws Exception {
        ThreadPoolExecutor busy = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), new ThreadPoolExecutor.CallerRunsPolicy());
        CountDownLatch release = new CountDownLatch(1);
        try {
            EventPublisher publisher = start(EventPublisher.builder("billing").executor(busy));
            occupy(busy, release);
            target.shut();
            Set<String> threads = ConcurrentHashMap.newKeySet();
            List<CompletableFuture<?>> callbacks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                callbacks.add(publisher.publish("a.b", BODY).thenAccept(receipt -> {
                    threads.add(Thread.currentThread().getName());
                    PublishReceipt unused = publisher.publish("a.c", BODY).join();
                    publisher.flush().join();
                }));
            }
            target.open();
            await(callbacks);
            assertThat(threads)
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(name).startsWith("millrace-publisher-completion-"));
        } finally {
            release.countDown();
            busy.shutdownNow();
        }
    }

    /** Its thread may still be at what the publisher has tried it with, and would then have this one wait instead. */
    private static void occupy(ThreadPoolExecutor executor, CountDownLatch release) {
        Thread caller = Thread.currentThread();
        CountDownLatch occupied = new CountDownLatch(1);
        while (occupied.getCount() > 0) {
            executor.execute(() -> {
                if (Thread.currentThread() != caller) {
                    occupied.countDown();
                    awaitQuietly(release);
                }
            });
        }
    }

    @Test
    void closing_completes_what_the_executor_never_has_and_reports_nothing_that_was_stored() {
        EventPublisher publisher = start(EventPublisher.builder("billing").executor(task -> {}));
        CompletableFuture<PublishReceipt> stored = publisher.publish("a.b", BODY);
        CompletableFuture<Void> flushed = publisher.flush();
        while (target.entries().isEmpty()) {
            Thread.onSpinWait();
        }
        target.shut();
        CompletableFuture<PublishReceipt> left = publisher.publish("a.b", BODY);

        CloseReport report = publisher.close(Duration.ofMillis(200));

        assertThat(stored)
                .isCompletedWithValueMatching(receipt -> receipt.entryId().equals("1-0"));
        assertThat(flushed).isCompleted();
        assertThat(left).isCompletedExceptionally();
        assertThat(report).isEqualTo(new CloseReport(0, 1));
        assertThat(publisher.failedEvents()).hasSize(1);
    }

    @Test
    void what_a_callback_publishes_has_the_room_of_its_own_event_whoever_waits() throws Exception {
        EventPublisher publisher = start(EventPublisher.builder("billing").buffer(20, 1 << 20));
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int n = 0; n < 200; n++) {
                    CompletableFuture<Void> unused = publisher
                            .publish("a.b", BODY)
                            .thenAccept(receipt -> {
                                try {
                                    CompletableFuture<PublishReceipt> ignored = publisher.publish("a.c", BODY);
                                    accepted.incrementAndGet();
                                } catch (BufferFullException e) {
                                    refused.incrementAndGet();
                                }
                            });
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        publisher.flush().get(20, TimeUnit.SECONDS);
        publisher.flush().get(20, TimeUnit.SECONDS);
        assertThat(refused).hasValue(0);
        assertThat(accepted).hasValue(1_600);
    }

    private static void await(List<CompletableFuture<?>> futures) throws Exception {
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0])).get(20, TimeUnit.SECONDS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
