package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.StreamAppend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CompletionsTest {

    private final ExecutorService executor = CallbackPool.create();
    private final ConcurrentLinkedQueue<PendingEvent> released = new ConcurrentLinkedQueue<>();
    private final Completions completions = new Completions(
            executor,
            failure -> {},
            event -> {
                if (event.takeRoom()) {
                    released.add(event);
                }
            },
            System::nanoTime);

    @AfterEach
    void shut_down() {
        executor.shutdownNow();
    }

    @Test
    void every_future_of_a_batch_completes_once_with_its_own_receipt() throws Exception {
        List<PendingEvent> events = settled(1_000);
        AtomicInteger callbacks = new AtomicInteger();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (PendingEvent event : events) {
            all.add(event.future().thenRun(callbacks::incrementAndGet));
        }
        completions.complete(events);
        await(all);
        assertThat(callbacks).hasValue(1_000);
        assertThat(events.get(7).future().join().entryId()).isEqualTo("7-0");
    }

    @Test
    void a_callback_that_waits_for_every_other_one_of_its_batch_does_not_hold_them_back() throws Exception {
        List<PendingEvent> events = settled(500);
        CompletableFuture<?>[] all = events.stream().map(PendingEvent::future).toArray(CompletableFuture[]::new);
        List<CompletableFuture<?>> waiters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiters.add(events.get(i)
                    .future()
                    .thenRun(() -> CompletableFuture.allOf(all).join()));
        }
        completions.complete(events);
        await(waiters);
        assertThat(waiters).allSatisfy(waiter -> assertThat(waiter).isCompleted());
    }

    @Test
    void room_is_given_back_after_the_callbacks_so_that_slow_ones_are_bounded_too() throws Exception {
        List<PendingEvent> events = settled(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> callback = events.get(0).future().thenRun(() -> {
            assertThat(completions.isCallback()).isTrue();
            awaitQuietly(release);
        });
        completions.complete(events);
        assertThat(released).isEmpty();
        release.countDown();
        callback.get(10, TimeUnit.SECONDS);
        while (released.isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(completions.isCallback()).isFalse();
    }

    @Test
    void a_callback_that_publishes_gives_its_own_room_back_first() throws Exception {
        List<PendingEvent> events = settled(1);
        CompletableFuture<Integer> seen = events.get(0).future().thenApply(receipt -> {
            completions.releaseCurrent();
            completions.releaseCurrent();
            return released.size();
        });
        completions.complete(events);
        assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void futures_complete_even_if_somebody_has_shut_the_executor_down() throws Exception {
        executor.shutdownNow();
        List<PendingEvent> events = settled(3);
        completions.complete(events);
        await(events.stream().map(PendingEvent::future).toList());
    }

    @Test
    void a_cancelled_future_disturbs_nobody() throws Exception {
        List<PendingEvent> events = settled(3);
        assertThat(events.get(1).future().cancel(true)).isTrue();
        completions.complete(events);
        await(List.of(events.get(0).future(), events.get(2).future()));
        assertThat(events.get(1).future()).isCancelled();
    }

    private static List<PendingEvent> settled(int count) {
        List<PendingEvent> events = new ArrayList<>();
        Lane lane = new Lanes(new FakeTarget(), BatchLimits.defaults(), BatchGrouping.byStream())
                .of("orders", "order.paid");
        for (int i = 0; i < count; i++) {
            PendingEvent event =
                    new PendingEvent("id-" + i, "order.paid", new StreamAppend("orders", new byte[1]), lane);
            event.accepted(0);
            event.stored(i + "-0");
            events.add(event);
        }
        return events;
    }

    private static void await(List<? extends CompletableFuture<?>> futures) throws Exception {
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0])).get(10, TimeUnit.SECONDS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
