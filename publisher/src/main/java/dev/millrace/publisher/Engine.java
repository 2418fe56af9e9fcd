package dev.millrace.publisher;

import dev.millrace.event.Health;
import dev.millrace.event.internal.Threads;
import dev.millrace.publisher.PublisherSettings.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publisher behind its door: queue, send loop and completions, and the order in which they begin and end. */
final class Engine {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** What closing allows beyond its deadline, so that the failures of what is left still reach their futures. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PublisherSettings settings;
    private final Pulse pulse;
    private final List<ExecutorService> ownExecutors;
    private final Completions completions;
    private final Accumulator accumulator;
    private final FailedEvents failures;
    private final SendLoop loop;
    private final Thread thread;

    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable CompletableFuture<Void> everything;

    /**
     * Starts nothing yet.
     *
     * @param executor where futures complete, or null for one of our own
     * @param onFailure told there of each event that was given up
     */
    Engine(
            PublisherSettings settings,
            @Nullable Executor executor,
            Consumer<FailedEvent> onFailure,
            PublisherMeters meters,
            Pulse pulse) {
        this.settings = settings;
        this.pulse = pulse;
        this.accumulator = new Accumulator(settings.origin(), settings.buffer(), pulse::now);
        ExecutorService own = executor == null ? CallbackPool.create() : null;
        ExecutorService helpers = own == null ? null : CallbackPool.helpers();
        this.ownExecutors = own == null ? List.of() : List.of(own, Objects.requireNonNull(helpers));
        Executor callbacks = own == null ? Objects.requireNonNull(executor) : own;
        this.completions = new Completions(callbacks, helpers, pulse::now, onFailure, accumulator::release);
        Delivery delivery = settings.delivery();
        this.failures = new FailedEvents(delivery.keptEvents(), delivery.keptBytes(), meters);
        Settlement settlement = new Settlement(settings, completions, failures, meters, pulse, Backoff.defaults());
        this.loop = new SendLoop(settings, accumulator, settlement, completions, meters, pulse);
        this.thread =
                Threads.daemon("millrace-publisher-" + settings.origin() + "-").newThread(loop);
        meters.watch(accumulator, loop);
    }

    void start() {
        thread.start();
    }

    void requireOpen() {
        accumulator.requireOpen();
    }

    /** How long publishing waits for room. */
    long patience() {
        return settings.buffer().blockFor().toNanos();
    }

    long now() {
        return pulse.now();
    }

    /** Accepts an event, waiting for room where that is allowed. */
    CompletableFuture<PublishReceipt> accept(PendingEvent event, long blockNanos) throws InterruptedException {
        boolean mayWait = !completions.isCallback() && !NonBlockingThreads.isCurrent();
        accumulator.add(event, mayWait ? blockNanos : 0, completions.current());
        return event.future();
    }

    MemoryStats memoryStats(int streams) {
        return new MemoryStats(
                streams,
                accumulator.events(),
                accumulator.bytes(),
                loop.inFlight(),
                failures.count(),
                failures.bytes());
    }

    Health health() {
        return pulse.health(!accumulator.isEmpty(), accumulator.isFull());
    }

    FailedEvents failures() {
        return failures;
    }

    /** Sends again what was given up, oldest first, as long as there is room; how many. */
    int retryFailed(int most) {
        requireOpen();
        int count = 0;
        while (count < most) {
            FailedEvent failed = failures.poll();
            if (failed == null) {
                return count;
            }
            try {
                accumulator.add(failed.again(), 0, completions.current());
            } catch (BufferFullException | IllegalStateException | InterruptedException e) {
                failures.putBack(failed);
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                return count;
            }
            count++;
        }
        return count;
    }

    CompletableFuture<Void> flush() {
        FlushMark mark = new FlushMark(new CompletableFuture<>());
        if (accumulator.add(mark)) {
            return mark.future();
        }
        CompletableFuture<Void> last = everything;
        return last == null ? CompletableFuture.completedFuture(null) : last.copy();
    }

    /** Ends everything that the engine began; the first call does it, others wait for it. */
    CloseReport close(Duration timeout, Runnable closeTarget) {
        if (closed.getCount() == 0) {
            return report();
        }
        if (completions.isCallback()) {
            throw new IllegalStateException(
                    "publisher '" + settings.origin()
                            + "': close() in a callback of a publish or flush would wait for itself; close it in another thread");
        }
        if (NonBlockingThreads.isCurrent()) {
            throw new IllegalStateException("publisher '" + settings.origin()
                    + "': close() waits, which an event loop must not; close it in another thread");
        }
        long deadline = pulse.now() + timeout.toNanos();
        if (closing.compareAndSet(false, true)) {
            accumulator.close();
            pulse.closed();
            everything = flush();
            loop.close(deadline);
            try {
                finish(deadline);
            } finally {
                end(closeTarget);
            }
        } else {
            loop.close(deadline);
            waitFor(deadline, nanos -> closed.await(nanos, TimeUnit.NANOSECONDS));
        }
        return report();
    }

    private void end(Runnable closeTarget) {
        try {
            tell(report());
            closeTarget.run();
        } finally {
            closed.countDown(); // whatever has gone wrong, or others would wait for their whole deadline
        }
    }

    /** A loop that has not come to its end in time leaves everything it holds unknown. */
    private CloseReport report() {
        CloseReport report = loop.report();
        return report == null ? new CloseReport(0, accumulator.events()) : report;
    }

    private void tell(CloseReport report) {
        if (report.left() > 0) {
            LOG.warn(
                    "Publisher '{}' is closed with {} events undelivered: {} surely not stored, {} unknown",
                    settings.origin(),
                    report.left(),
                    report.notStored(),
                    report.unknown());
        }
    }

    private void finish(long deadline) {
        waitFor(deadline, nanos -> TimeUnit.NANOSECONDS.timedJoin(thread, nanos));
        waitFor(deadline, this::awaitEverything);
        ownExecutors.forEach(ExecutorService::shutdown);
        for (ExecutorService callbacks : ownExecutors) {
            waitFor(deadline, nanos -> callbacks.awaitTermination(nanos, TimeUnit.NANOSECONDS));
            callbacks.shutdownNow();
        }
    }

    private void awaitEverything(long nanos) throws InterruptedException {
        CompletableFuture<Void> all = everything;
        try {
            if (all != null) {
                all.get(nanos, TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException | ExecutionException e) {
            LOG.error("Publisher '{}' closes, but its executor has not completed all futures", settings.origin(), e);
        }
    }

    /** Waits to the deadline and a little longer; an interrupt brings the deadline forward to now. */
    private void waitFor(long deadline, Wait wait) {
        boolean interrupted = false;
        long until = deadline + GRACE_NANOS;
        while (true) {
            try {
                wait.atMost(Math.max(0, until - pulse.now()));
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                long now = pulse.now();
                loop.close(now);
                until = Math.min(until, now + GRACE_NANOS);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Wait {
        void atMost(long nanos) throws InterruptedException;
    }
}
