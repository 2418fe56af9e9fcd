package dev.millrace.event;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The event that the current thread is handling, so that what a handler publishes inherits its correlation. Set by the
 * consumer around each handler; thread-safe, since each thread has its own. Work that a handler hands to other threads
 * takes it along through {@link #wrap(Runnable)} or {@link #wrap(Executor)}.
 */
public final class DeliveryContext {

    private static final ThreadLocal<@Nullable EventHeader> CURRENT = new ThreadLocal<>();

    private DeliveryContext() {}

    /** Ends what {@link #open} began; closed by the thread that opened it. */
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * The header of the event that this thread is handling.
     *
     * @return the header, or null outside a handler
     */
    public static @Nullable EventHeader current() {
        return CURRENT.get();
    }

    /**
     * Makes this header current until the scope is closed, when the one before it is current again.
     *
     * @param header the header of the event about to be handled
     * @return the scope, for a try-with-resources block
     */
    public static Scope open(EventHeader header) {
        return enter(header);
    }

    /**
     * The same work, run with the header that is current now.
     *
     * @param work what to run on another thread
     * @return work that takes the context along
     */
    public static Runnable wrap(Runnable work) {
        EventHeader captured = current();
        return () -> {
            try (Scope ignored = enter(captured)) {
                work.run();
            }
        };
    }

    /**
     * An executor that runs each task with the header that is current when the task is handed in.
     *
     * @param executor where the tasks run
     * @return an executor that takes the context along
     */
    public static Executor wrap(Executor executor) {
        return work -> executor.execute(wrap(work));
    }

    private static Scope enter(@Nullable EventHeader header) {
        EventHeader before = CURRENT.get();
        restore(header);
        return () -> restore(before);
    }

    /** Null takes nothing away but the header: the next one comes soon, and finds its place. */
    private static void restore(@Nullable EventHeader header) {
        CURRENT.set(header);
    }
}
