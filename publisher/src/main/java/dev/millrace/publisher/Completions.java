package dev.millrace.publisher;

import dev.millrace.event.internal.RateLimit;
import dev.millrace.event.internal.Threads;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes futures on the executor, where whatever users have attached to them runs: it may block without holding back
 * any other future. Thread-safe.
 */
final class Completions {

    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    /** Whose callbacks this thread runs. */
    private static final ThreadLocal<@Nullable Callback> CURRENT = new ThreadLocal<>();

    private final Executor executor;
    private final Consumer<PendingEvent> release;
    private final Consumer<FailedEvent> onFailure;
    private final ThreadFactory lastResort = Threads.daemon("millrace-publisher-completion-");

    private final Queue<List<PendingEvent>> begun = new ConcurrentLinkedQueue<>();
    private final RateLimit failures;
    private volatile @Nullable Runnable watcher;

    /**
     * Completes on this executor.
     *
     * @param onFailure told of each event that was given up, after its future
     * @param release gives an event's room back; called once its callbacks have run, so that they are bounded too
     */
    Completions(
            Executor executor, Consumer<FailedEvent> onFailure, Consumer<PendingEvent> release, LongSupplier ticker) {
        this.failures = new RateLimit(ticker);
        this.executor = executor;
        this.onFailure = onFailure;
        this.release = release;
    }

    /** Completes the futures of settled events, each exactly once. */
    void complete(List<PendingEvent> settled) {
        if (!settled.isEmpty()) {
            execute(new Chunk(settled));
        }
    }

    /** Runs something that may run users' code. */
    void run(Runnable task) {
        execute(() -> new Callback(this).run(task));
    }

    /** Calls this whenever the last future of a batch is about to complete; null = no longer. */
    void watch(@Nullable Runnable wake) {
        watcher = wake;
    }

    /** Events whose futures are complete or about to be; null if there are no more. */
    @Nullable
    List<PendingEvent> pollBegun() {
        return begun.poll();
    }

    boolean hasBegun() {
        return watcher != null && !begun.isEmpty();
    }

    /** Whether this thread runs a callback of ours now, and so must not wait for us. */
    boolean isCallback() {
        Callback callback = CURRENT.get();
        return callback != null && callback.owner == this;
    }

    /** Gives back the room of the event whose callback this thread runs, for what the callback publishes in its turn. */
    void releaseCurrent() {
        Callback callback = CURRENT.get();
        if (callback != null && callback.owner == this && callback.event != null) {
            release.accept(callback.event);
        }
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // Somebody has shut the executor down: a future must be completed all the same.
            lastResort.newThread(task).start();
        }
    }

    /** A thread's stay in users' code. */
    private static final class Callback {

        private final Completions owner;
        private @Nullable PendingEvent event;

        Callback(Completions owner) {
            this.owner = owner;
        }

        void run(Runnable task) {
            Callback outer = CURRENT.get();
            CURRENT.set(this);
            try {
                task.run();
            } finally {
                if (outer == null) {
                    CURRENT.remove();
                } else {
                    CURRENT.set(outer);
                }
            }
        }
    }

    /**
     * Settled events whose futures are completed by as many threads as it takes: each one that begins sends for another
     * before it completes anything, so that one that blocks in a callback never holds the rest back.
     */
    private final class Chunk implements Runnable {

        private final List<PendingEvent> events;
        private final AtomicInteger next = new AtomicInteger();

        Chunk(List<PendingEvent> events) {
            this.events = events;
        }

        @Override
        public void run() {
            if (isCallback()) {
                return; // an executor that runs tasks in the thread that hands them in: that one goes on
            }
            Callback callback = new Callback(Completions.this);
            callback.run(() -> {
                if (next.get() < events.size() - 1) {
                    execute(this);
                }
                completeRest(callback);
            });
        }

        private void completeRest(Callback callback) {
            for (int i = next.getAndIncrement(); i < events.size(); i = next.getAndIncrement()) {
                PendingEvent event = events.get(i);
                callback.event = event;
                if (i == events.size() - 1) {
                    begun();
                }
                complete(event);
                release.accept(event);
            }
        }

        private void complete(PendingEvent event) {
            try {
                event.complete();
                FailedEvent failure = event.failure();
                if (failure != null) {
                    onFailure.accept(failure);
                }
            } catch (RuntimeException | Error e) {
                long leftOut = failures.ask();
                if (leftOut != RateLimit.SILENT) {
                    LOG.atError()
                            .addKeyValue("type", event.type())
                            .addKeyValue("stream", event.append().stream())
                            .setCause(e)
                            .log("A callback of a publish future, or onFailure, failed{}", RateLimit.others(leftOut));
                }
            }
        }

        /** Whoever waits for the last of these futures has only moments to wait. */
        private void begun() {
            begun.add(events);
            Runnable wakes = watcher;
            if (wakes != null) {
                wakes.run();
            }
        }
    }
}
