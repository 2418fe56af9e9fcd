package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;

/**
 * An {@link EventHandler} that also sees how the event reached it: stream, entry, attempt.
 *
 * @param <T> the type that the body is read into
 */
@FunctionalInterface
public interface DeliveryHandler<T> {

    /**
     * Handles one event.
     *
     * @throws Exception if it failed: tried again as the retry policy says, then moved to the dead letters
     */
    void handle(T body, EventHeader header, Delivery delivery) throws Exception;
}
