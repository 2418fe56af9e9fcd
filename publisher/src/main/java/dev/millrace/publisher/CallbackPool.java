package dev.millrace.publisher;

import dev.millrace.event.internal.Threads;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The executor on which futures complete if the user gives none: a virtual thread a task, or a small pool of daemons. */
final class CallbackPool {

    /** So many callbacks may block at once on a JVM without virtual threads, besides those that wait for a future. */
    static final int MAX_PLATFORM_THREADS = 64;

    /** A callback that joins a future of the publisher's waits for another callback to be run: one cannot take its thread. */
    private static final int MAX_WITH_JOINING = MAX_PLATFORM_THREADS + 10_000;

    private static final String PREFIX = "millrace-publisher-callback-";

    private CallbackPool() {}

    static ExecutorService create() {
        return Threads.virtualAvailable() ? Threads.perTask(PREFIX, MAX_PLATFORM_THREADS) : platform();
    }

    /** A fork-join pool, since only that one has another thread take over while one of its threads joins a future. */
    static ExecutorService platform() {
        AtomicInteger number = new AtomicInteger();
        ClassLoader callers = Thread.currentThread().getContextClassLoader();
        return new ForkJoinPool(
                MAX_PLATFORM_THREADS,
                pool -> thread(pool, number.getAndIncrement(), callers),
                null,
                true,
                0,
                MAX_WITH_JOINING,
                MAX_PLATFORM_THREADS,
                pool -> true,
                10,
                TimeUnit.SECONDS);
    }

    /** The pool's own factory would have callbacks see the system's classes instead of the application's. */
    private static ForkJoinWorkerThread thread(ForkJoinPool pool, int number, @Nullable ClassLoader callers) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName(PREFIX + number);
        thread.setContextClassLoader(callers);
        return thread;
    }
}
