package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import java.util.concurrent.CompletionStage;

/**
 * A handler whose work ends later than its call: the event is handled when the stage ends, and failed if that ends with an
 * exception. Until then it holds its permit.
 *
 * <p>When its time limit is over, or the server closes, the stage is cancelled; what then still goes on behind it is not
 * waited for. {@link dev.millrace.event.DeliveryContext} is set during the call: work on other threads takes it along through
 * {@code DeliveryContext.wrap}.
 *
 * @param <T> the type that the body is read into
 */
@FunctionalInterface
public interface AsyncHandler<T> {

    /**
     * Begins to handle one event.
     *
     * @return ends when the event is handled; its value does not matter
     * @throws Exception if it failed at once; the same as a stage that fails
     */
    CompletionStage<?> handle(T body, EventHeader header, Delivery delivery) throws Exception;
}
