package dev.millrace.consumer;

import dev.millrace.event.EventHeader;

/**
 * What an application does with an event.
 *
 * <p>It is called by several threads at once, and again for the same event after a failure or a crash. Returning means
 * success, throwing means failure: see {@link RetryPolicy}.
 *
 * @param <T> the type that the body is read into
 */
@FunctionalInterface
public interface EventHandler<T> {

    /**
     * Handles one event.
     *
     * @throws Exception if it failed: tried again as the retry policy says, then moved to the dead letters
     */
    void handle(T body, EventHeader header) throws Exception;
}
