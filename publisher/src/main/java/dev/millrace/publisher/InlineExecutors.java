package dev.millrace.publisher;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Refuses executors that run tasks in the thread that hands them in: callbacks would run on, and hold up, the send loop. */
final class InlineExecutors {

    private InlineExecutors() {}

    /**
     * @param executor null for one of our own
     */
    static void refuse(@Nullable Executor executor) {
        if (executor == null) {
            return;
        }
        Thread caller = Thread.currentThread();
        AtomicBoolean inline = new AtomicBoolean();
        try {
            executor.execute(() -> inline.compareAndSet(false, Thread.currentThread() == caller));
        } catch (RejectedExecutionException e) {
            throw new IllegalArgumentException(
                    "executor: got " + executor + ", which accepts no task; use one that is running", e);
        }
        if (inline.get()) {
            throw new IllegalArgumentException("executor: got " + executor
                    + ", which runs tasks in the thread that hands them in; use one with threads of its own");
        }
    }
}
