package dev.millrace.consumer;

/** Why an event is among the dead letters; stands in the field {@code millrace.reason}. */
public enum DeadLetterReason {
    /** The entry could not be read as an event; its raw fields are kept. */
    MALFORMED,
    /** The body did not fit the handler's type, or broke a validation rule. */
    INVALID,
    /** No handler for its type, and {@link UnhandledPolicy#DEAD_LETTER}. */
    NO_HANDLER,
    /** The handler threw something that the retry policy does not retry. */
    NOT_RETRYABLE,
    /** The handler failed in every attempt that the retry policy allows. */
    RETRIES_EXHAUSTED,
    /**
     * It was trimmed from the stream, or its group was created anew past it, while it waited here; and it was to be left to
     * others, at close for instance, before it was handled.
     */
    TRIMMED,
    /** It came back again and again without the outcome of an attempt, as an event that kills its process does. */
    DELIVERIES
}
