package dev.millrace.publisher;

import dev.millrace.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * Changes or drops events on their way out, before they are validated, routed and encoded: to mask, enrich or filter, for
 * instance. Implementations are thread-safe and quick: they run for every event, on the publishing thread.
 */
@FunctionalInterface
public interface EventTransformer {

    /**
     * Decides what is published in place of an event.
     *
     * @param event the event, its header complete but for the hash
     * @return the event as it is, or another one; null drops it: its future fails with
     *     {@link PublishException.Outcome#DROPPED}, which is counted
     * @throws RuntimeException to refuse the event: {@code publish} throws it to its caller
     */
    @Nullable
    Event transform(Event event);
}
