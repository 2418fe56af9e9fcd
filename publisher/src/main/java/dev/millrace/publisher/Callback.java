package dev.millrace.publisher;

import org.jspecify.annotations.Nullable;

/** A thread's stay in users' code. Confined to that thread. */
final class Callback {

    private static final ThreadLocal<@Nullable Callback> CURRENT = new ThreadLocal<>();

    private final Completions owner;
    private @Nullable PendingEvent event;

    Callback(Completions owner) {
        this.owner = owner;
    }

    /** Whether this thread runs a callback of theirs. */
    static boolean isOf(Completions completions) {
        Callback callback = CURRENT.get();
        return callback != null && callback.owner == completions;
    }

    /** The event whose callback of theirs this thread runs; null if there is none. */
    static @Nullable PendingEvent eventOf(Completions completions) {
        Callback callback = CURRENT.get();
        return callback != null && callback.owner == completions ? callback.event : null;
    }

    /** What is run from now on are this event's callbacks. */
    void of(PendingEvent completed) {
        event = completed;
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
