package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which threads wait, run users' code and use the processor, and which never do. */
@Timeout(30)
class PublisherThreadsTest {

    private static final Map<String, Object> BODY = Map.of("n", 1);

    private final AutoTarget target = new AutoTarget();

    @AfterEach
    void open() {
        target.open();
    }

    private EventPublisher start(EventPublisherBuilder builder) {
        return builder.start(builder.settings(), target, () -> {});
    }

    /** By reflection, for the libraries come with the Redis client and are none of ours. */
    private enum EventLoop {
        NETTY {
            @Override
            void run(Runnable task) throws ReflectiveOperationException {
                Class<?> thread = Class.forName("io.netty.util.concurrent.FastThreadLocalThread");
                ((Thread) thread.getConstructor(Runnable.class).newInstance(task)).start();
            }
        },
        REACTOR {
            @Override
            void run(Runnable task) throws ReflectiveOperationException {
                Object parallel = Class.forName("reactor.core.scheduler.Schedulers")
                        .getMethod("parallel")
                        .invoke(null);
                Object unused = Class.forName("reactor.core.scheduler.Scheduler")
                        .getMethod("schedule", Runnable.class)
                        .invoke(parallel, task);
            }
        };

        abstract void run(Runnable task) throws ReflectiveOperationException;
    }

    @ParameterizedTest
    @EnumSource
    void an_event_loop_never_waits_for_room(EventLoop loop) throws Exception {
        target.shut();
        try (EventPublisher publisher = start(EventPublisher.builder("billing")
                .buffer(1, 1 << 20)
                .blockFor(Duration.ofDays(1))
                .closeTimeout(Duration.ZERO))) {
            CompletableFuture<PublishReceipt> takesTheRoom = publisher.publish("a.b", BODY);
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            loop.run(() -> thrown.complete(catchThrowable(() -> publisher.publish("a.b", BODY))));
            assertThat(thrown.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(BufferFullException.class)
                    .hasMessageContaining("without waiting");
            assertThat(takesTheRoom).isNotDone();
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_event_loop_never_waits_for_a_close(EventLoop loop) throws Exception {
        target.shut();
        EventPublisher publisher = start(EventPublisher.builder("billing"));
        CompletableFuture<PublishReceipt> open = publisher.publish("a.b", BODY);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        loop.run(() -> thrown.complete(catchThrowable(publisher::close)));
        assertThat(thrown.get(10, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("event loop");
        assertThat(open).as("nothing was closed").isNotDone();
        target.open();
        publisher.close();
        assertThat(open).isCompleted();
        CompletableFuture<CloseReport> again = new CompletableFuture<>();
        loop.run(() -> again.complete(publisher.close(Duration.ofDays(1))));
        assertThat(again.get(10, TimeUnit.SECONDS).left()).isZero();
    }

    @Test
    void futures_complete_on_the_chosen_executor_or_on_ours_and_never_on_the_thread_that_brings_the_answer()
            throws Exception {
        target.shut();
        ExecutorService chosen = Executors.newSingleThreadExecutor(task -> new Thread(task, "chosen"));
        try (EventPublisher ours = start(EventPublisher.builder("billing"));
                EventPublisher theirs = start(EventPublisher.builder("billing").executor(chosen))) {
            CompletableFuture<String> onOurs = thread(ours.publish("a.b", BODY));
            CompletableFuture<String> onTheirs = thread(theirs.publish("a.b", BODY));
            CompletableFuture<String> flushed = thread(theirs.flush());
            while (theirs.memoryStats().inFlightBatches() + ours.memoryStats().inFlightBatches() < 2) {
                Thread.onSpinWait();
            }
            target.open(); // this thread answers, as an I/O thread would
            assertThat(onOurs.get(10, TimeUnit.SECONDS)).startsWith("millrace-publisher-callback-");
            assertThat(onTheirs.get(10, TimeUnit.SECONDS)).isEqualTo("chosen");
            assertThat(flushed.get(10, TimeUnit.SECONDS)).isEqualTo("chosen");
        } finally {
            chosen.shutdown();
        }
    }

    private static CompletableFuture<String> thread(CompletableFuture<?> future) {
        return future.handle((result, error) -> Thread.currentThread().getName());
    }

    @Test
    void an_idle_publisher_uses_no_cpu() throws Exception {
        try (EventPublisher publisher = start(EventPublisher.builder("idle"))) {
            publisher.publish("a.b", BODY).join();
            Thread loop = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("millrace-publisher-idle-"))
                    .findAny()
                    .orElseThrow();
            assertThat(loop.isDaemon()).isTrue();
            while (loop.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            long before = cpuNanos(loop);
            loop.join(1_500);
            assertThat(Duration.ofNanos(cpuNanos(loop) - before))
                    .as("of 1.5 s, in which one that looked every millisecond would have used more")
                    .isLessThan(Duration.ofMillis(5));
        }
    }

    private static long cpuNanos(Thread thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
    }
}
