package dev.millrace.publisher;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Something that runs users' code, once, whatever number of threads come to run it. Thread-safe but for {@link #isStalled}. */
abstract class Completion {

    private final long since;
    private final AtomicInteger next = new AtomicInteger();
    private final int steps;
    private int seen;
    private volatile boolean stranded;

    private Completion(int steps, long since) {
        this.steps = steps;
        this.since = since;
    }

    /** When it was handed over. */
    final long since() {
        return since;
    }

    /** Whether some thread has begun the last of it. */
    final boolean isBegun() {
        return next.get() >= steps;
    }

    /** Whether it was there at this time, and has not got on since this was last asked. The send loop asks. */
    final boolean isStalled(long then) {
        int before = seen;
        seen = next.get();
        return stranded || (seen == before && since - then <= 0);
    }

    /** No thread could be had for it. */
    final void strand() {
        stranded = true;
    }

    /** Whether no thread could be had for it, until now. */
    final boolean takeStranded() {
        boolean was = stranded;
        stranded = false;
        return was;
    }

    /** The next step that is this thread's to do; {@code steps} or more if none is. */
    final int claim() {
        return next.getAndIncrement();
    }

    final boolean isLastButOneBegun() {
        return next.get() >= steps - 1;
    }

    /**
     * Does what no other thread has begun.
     *
     * @param sendFor gets another thread for it
     */
    abstract void run(Consumer<Completion> sendFor);

    /** One task. */
    static final class Task extends Completion {

        private final Completions owner;
        private final Runnable task;

        Task(Completions owner, Runnable task, long since) {
            super(1, since);
            this.owner = owner;
            this.task = task;
        }

        @Override
        void run(Consumer<Completion> sendFor) {
            if (claim() == 0) {
                new Callback(owner).run(task);
            }
        }
    }

    /**
     * Settled events whose futures are completed by as many threads as it takes: each one that begins sends for another
     * before it completes anything, so that one that blocks in a callback never holds the rest back.
     */
    static final class Futures extends Completion {

        private final Completions owner;
        private final List<PendingEvent> events;

        Futures(Completions owner, List<PendingEvent> events, long since) {
            super(events.size(), since);
            this.owner = owner;
            this.events = events;
        }

        @Override
        void run(Consumer<Completion> sendFor) {
            if (owner.isCallback()) {
                return; // an executor that runs tasks in the thread that hands them in: that one goes on
            }
            Callback callback = new Callback(owner);
            callback.run(() -> {
                if (!isLastButOneBegun()) {
                    sendFor.accept(this);
                }
                completeRest(callback);
            });
        }

        private void completeRest(Callback callback) {
            for (int i = claim(); i < events.size(); i = claim()) {
                PendingEvent event = events.get(i);
                callback.of(event);
                if (i == events.size() - 1) {
                    owner.begun(events);
                }
                owner.complete(event);
            }
        }
    }
}
