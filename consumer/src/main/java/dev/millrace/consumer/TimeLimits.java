package dev.millrace.consumer;

import dev.millrace.event.internal.Threads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interrupts handlers that take longer than their limit; one thread for the server, which exists from the first limit on.
 * Thread-safe.
 */
final class TimeLimits implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TimeLimits.class);

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    private final ScheduledThreadPoolExecutor watcher;
    private final Set<TimedCall> overdue = ConcurrentHashMap.newKeySet();

    TimeLimits(String name) {
        watcher = new ScheduledThreadPoolExecutor(1, Threads.daemon("millrace-" + name + "-limits-"));
        watcher.setRemoveOnCancelPolicy(true);
        watcher.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** What is called under a limit. */
    interface Call {
        void run() throws Exception;
    }

    /**
     * Calls the handler, and interrupts it when its limit is over; the interrupt is gone when this returns.
     *
     * @throws HandlerTimeoutException if it was interrupted, however it answered: what it did not do, nobody knows
     * @throws Exception what it threw within its limit
     */
    void call(Registration<?> handler, EventInFlight event, Call call) throws Exception {
        Duration limit = handler.options().timeLimit();
        if (limit == null) {
            call.run();
            return;
        }
        TimedCall timed = new TimedCall(handler.name(), event, limit);
        timed.wakeUpIn(limit.toNanos());
        Throwable thrown = null;
        try {
            call.run();
        } catch (Throwable e) {
            thrown = e;
        }
        if (timed.end()) {
            throw new HandlerTimeoutException(handler.name(), limit, thrown);
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof Exception exception) {
            throw exception;
        }
        if (thrown != null) {
            throw new IllegalStateException("neither an Exception nor an Error was thrown", thrown);
        }
    }

    /** Runs this once, unless the server closes before. */
    void later(Duration delay, Runnable what) {
        try {
            Future<?> unused = watcher.schedule(what, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("closing", e);
        }
    }

    /** How many handlers of this subscription go on although they were interrupted. */
    int overdue(Subscription home) {
        return (int) overdue.stream().filter(call -> call.event.home() == home).count();
    }

    @Override
    public void close() {
        watcher.shutdownNow();
    }

    private final class TimedCall {

        private final Thread worker = Thread.currentThread();
        private final String handler;
        private final EventInFlight event;
        private final Duration limit;
        private @Nullable Future<?> next;
        private long waited;
        private boolean expired;
        private boolean ended;

        TimedCall(String handler, EventInFlight event, Duration limit) {
            this.handler = handler;
            this.event = event;
            this.limit = limit;
        }

        synchronized void wakeUpIn(long nanos) {
            waited = nanos;
            next = watcher.schedule(this::late, nanos, TimeUnit.NANOSECONDS);
        }

        /** Under the lock, so that it interrupts this call or nothing. */
        private synchronized void late() {
            if (ended) {
                return;
            }
            if (expired) {
                LogPairs.about(log.atWarn(), event)
                        .log(
                                "handler for '{}' still works on event {} long after its time limit of {} and ignores the"
                                        + " interrupt: it keeps its permit",
                                handler,
                                event.header().id(),
                                limit);
            } else {
                expired = true;
                overdue.add(this);
                event.home().meters().count(Counted.TIMED_OUT);
                worker.interrupt();
            }
            // Later and later, and not for every short limit that is missed by a little.
            wakeUpIn(Math.max(PATIENCE, waited * 2));
        }

        /** True if it was interrupted. */
        synchronized boolean end() {
            ended = true;
            if (next != null) {
                next.cancel(false);
            }
            if (expired) {
                overdue.remove(this);
                Thread.interrupted();
            }
            return expired;
        }
    }
}
