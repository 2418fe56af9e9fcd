package dev.millrace.samples;

import dev.millrace.event.Event;
import org.jspecify.annotations.Nullable;

/** Where a command takes its events from; for one thread. */
interface EventSource extends AutoCloseable {

    /**
     * The next event, or null after the last.
     *
     * @throws BadInputException if what comes next is no event
     */
    @Nullable
    Event next();

    /** Where {@link #next} found what it gave last, as one tells a user. */
    String position();

    @Override
    default void close() {}
}
