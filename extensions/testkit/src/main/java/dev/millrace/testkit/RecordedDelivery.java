package dev.millrace.testkit;

import dev.millrace.event.Delivery;
import org.jspecify.annotations.Nullable;

/** A delivery without a server, which writes down the first thing that a handler says of it. Thread-safe. */
public interface RecordedDelivery extends Delivery {

    /** The reason given to {@link #skip}; null if the handler did not call that first. */
    @Nullable
    String skipReason();

    /** Whether {@link #ack} was called first. */
    boolean acked();

    /** The cause given to {@link #fail}; null if the handler did not call that first. */
    @Nullable
    Throwable failure();
}
