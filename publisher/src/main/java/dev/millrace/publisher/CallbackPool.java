package dev.millrace.publisher;

import dev.millrace.event.internal.Threads;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The executor on which futures complete if the user gives none: a virtual thread a task, or a small pool of daemons; and
 * more daemons for when all of these are blocked.
 */
final class CallbackPool {

    /** So many threads there are on a JVM without virtual ones, unless all of them are blocked. */
    static final int MAX_PLATFORM_THREADS = 64;

    /** So many callbacks may block at once on a JVM without virtual threads. */
    static final int MAX_BLOCKED = 1_000;

    private static final String PREFIX = "millrace-publisher-callback-";

    private CallbackPool() {}

    static ExecutorService create() {
        return Threads.virtualAvailable() ? Threads.perTask(PREFIX, MAX_PLATFORM_THREADS) : platform();
    }

    /** Threads that are there only while they are needed; refuses what there are too many of. */
    static ExecutorService helpers() {
        return new ThreadPoolExecutor(
                0,
                MAX_BLOCKED - MAX_PLATFORM_THREADS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Threads.daemon(PREFIX + "helper-"));
    }

    /** Takes an idle thread if there is one, else a new one up to the limit; only then tasks wait. */
    private static ExecutorService platform() {
        HandoffQueue queue = new HandoffQueue();
        return new ThreadPoolExecutor(
                0, MAX_PLATFORM_THREADS, 10, TimeUnit.SECONDS, queue, Threads.daemon(PREFIX), (task, pool) -> {
                    if (pool.isShutdown()) {
                        throw new RejectedExecutionException("the publisher is closed");
                    }
                    queue.put(task);
                });
    }

    /** Refuses what no idle thread takes at once, so that the pool grows before tasks wait. */
    private static final class HandoffQueue extends LinkedTransferQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    }
}
