package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.internal.StreamAppend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CompletionsTest {

    private final ExecutorService executor = CallbackPool.create();
    private final ConcurrentLinkedQueue<PendingEvent> released = new ConcurrentLinkedQueue<>();
    private final AtomicLong now = new AtomicLong();
    private final Completions completions = over(executor, null, Thread::new);

    private Completions over(Executor callbacks, @Nullable Executor helpers, ThreadFactory lastResort) {
        return new Completions(callbacks, helpers, now::get, failure -> {}, this::release, lastResort);
    }

    private void release(PendingEvent event) {
        if (event.takeRoom()) {
            released.add(event);
        }
    }

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
    void a_callback_may_take_the_room_of_its_own_event_which_is_then_not_given_back_once_more() throws Exception {
        List<PendingEvent> events = settled(1);
        CompletableFuture<Boolean> taken = events.get(0).future().thenApply(receipt -> {
            PendingEvent own = completions.current();
            return own == events.get(0) && own.takeRoom();
        });
        completions.complete(events);
        assertThat(taken.get(10, TimeUnit.SECONDS)).isTrue();
        executor.shutdown();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(released).isEmpty();
        assertThat(completions.current()).isNull();
    }

    @Test
    void futures_complete_even_if_somebody_has_shut_the_executor_down() throws Exception {
        executor.shutdownNow();
        List<PendingEvent> events = settled(3);
        completions.complete(events);
        await(events.stream().map(PendingEvent::future).toList());
    }

    @Test
    void an_executor_that_throws_whatever_it_may_be_is_replaced() throws Exception {
        for (Throwable thrown : List.of(
                new OutOfMemoryError("unable to create native thread"), new IllegalStateException("for a test"))) {
            Completions failing = over(task -> sneak(thrown), null, Thread::new);
            List<PendingEvent> events = settled(3);
            failing.complete(events);
            await(events.stream().map(PendingEvent::future).toList());
        }
    }

    @Test
    void what_neither_the_executor_nor_a_new_thread_takes_is_tried_again_until_one_does() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Completions poor = over(task -> sneak(new OutOfMemoryError("no thread")), null, task -> new Thread(task) {
            @Override
            public synchronized void start() {
                if (tries.incrementAndGet() < 3) {
                    throw new OutOfMemoryError("no thread either");
                }
                super.start();
            }
        });
        List<PendingEvent> events = settled(1);
        poor.complete(events);
        for (int look = 0; look < 2; look++) {
            assertThat(events.get(0).future()).isNotDone();
            now.addAndGet(Completions.PATIENCE.toNanos());
            assertThat(poor.look(now.get())).isPositive();
        }
        await(List.of(events.get(0).future()));
        assertThat(poor.look(now.get())).as("nothing is left").isEqualTo(LeavingRule.NOT_BY_TIME);
    }

    @Test
    void an_executor_that_has_its_caller_do_the_work_never_gets_the_send_loop_to_do_it() throws Exception {
        Completions inline = over(Runnable::run, null, Thread::new);
        inline.spare(Thread.currentThread());
        List<PendingEvent> events = settled(3);
        List<CompletableFuture<Thread>> threads = new ArrayList<>();
        for (PendingEvent event : events) {
            threads.add(event.future().thenApply(receipt -> Thread.currentThread()));
        }
        inline.complete(events);
        CompletableFuture<Thread> task = new CompletableFuture<>();
        inline.run(() -> task.complete(Thread.currentThread()));
        threads.add(task);
        await(threads);
        assertThat(threads).extracting(CompletableFuture::join).doesNotContain(Thread.currentThread());
    }

    @Test
    void helpers_take_what_gets_no_thread_but_nothing_that_gets_on() throws Exception {
        List<Runnable> kept = new ArrayList<>();
        ExecutorService helpers = CallbackPool.helpers();
        try {
            Completions stuck = over(kept::add, helpers, Thread::new);
            List<PendingEvent> events = settled(200);
            CompletableFuture<?>[] all =
                    events.stream().map(PendingEvent::future).toArray(CompletableFuture[]::new);
            List<CompletableFuture<?>> waiters = new ArrayList<>();
            for (PendingEvent event : events) {
                waiters.add(event.future()
                        .thenRun(() -> CompletableFuture.allOf(all).join()));
            }
            stuck.complete(events);
            now.addAndGet(Completions.PATIENCE.toNanos() - 1);
            assertThat(stuck.look(now.get())).isEqualTo(1);
            assertThat(stuck.waitingSince()).isZero();
            assertThat(events.get(0).future()).isNotDone();
            now.incrementAndGet();
            assertThat(stuck.look(now.get())).isPositive();
            await(waiters);
            assertThat(stuck.look(now.get())).isEqualTo(LeavingRule.NOT_BY_TIME);
            assertThat(stuck.waitingSince()).isEqualTo(Completions.NOTHING_WAITS);
        } finally {
            helpers.shutdownNow();
        }
    }

    @Test
    void in_the_end_everything_is_completed_whatever_the_executor_has_done_with_it() throws Exception {
        Completions lost = over(task -> {}, null, Thread::new);
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int batch = 0; batch < 50; batch++) {
            List<PendingEvent> events = settled(10);
            events.forEach(event -> futures.add(event.future()));
            CompletableFuture<?> blocked = events.get(3).future().thenRun(() -> awaitQuietly(new CountDownLatch(1)));
            assertThat(blocked).isNotDone();
            lost.complete(events);
        }
        CompletableFuture<Void> flushed = new CompletableFuture<>();
        lost.run(() -> flushed.complete(null));
        futures.add(flushed);
        assertThat(lost.isIdle()).isFalse();
        lost.end();
        CompletableFuture<Void> late = new CompletableFuture<>();
        lost.run(() -> late.complete(null));
        futures.add(late);
        await(futures);
        assertThat(lost.isIdle()).isTrue();
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

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
