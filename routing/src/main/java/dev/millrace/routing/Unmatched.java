package dev.millrace.routing;

/** What becomes of an event that no route takes. */
public enum Unmatched {
    /** It goes to the stream named after the first segment of its type: {@code order.paid} to {@code order-events}. */
    TO_NAMESPACE_STREAM,

    /** It is refused with an {@link UnroutableEventException}. */
    REFUSE
}
