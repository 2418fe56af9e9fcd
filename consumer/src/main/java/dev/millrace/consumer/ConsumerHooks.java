package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Is told what becomes of each event: to count, to trace, to raise an alarm. Whatever a hook throws is logged and counted, and
 * changes nothing.
 *
 * <p>Called by several threads at once, and by threads of ours that others wait for: implementations are thread-safe and
 * quick. The event's context is current while a hook runs, so that what it publishes inherits its correlation.
 */
public interface ConsumerHooks {

    /** An attempt begins: its handlers run next. Default: nothing. */
    default void before(Delivery delivery) throws Exception {}

    /** All handlers of the event have succeeded; it is acknowledged next. Default: nothing. */
    default void after(Delivery delivery) throws Exception {}

    /**
     * An attempt failed, and there will be another. Default: nothing.
     *
     * @param attempt the one that failed, from 1
     * @param delay until the next begins
     */
    default void onRetry(Delivery delivery, Throwable error, int attempt, Duration delay) throws Exception {}

    /**
     * The event was given up and is in the dead letters. Not called for entries that hold no readable event. Default: nothing.
     */
    default void onFailure(Delivery delivery, Failure failure) throws Exception {}

    /**
     * Why an event was given up.
     *
     * @param error null where nothing was thrown: nobody handles the type, or it kept coming back without an outcome
     * @param attempt how many attempts began
     * @param deadLetterId its entry in the dead-letter stream; null if the answer of Redis was lost after it was written
     */
    record Failure(
            DeadLetterReason reason,
            @Nullable Throwable error,
            int attempt,
            @Nullable String deadLetterId) {}
}
