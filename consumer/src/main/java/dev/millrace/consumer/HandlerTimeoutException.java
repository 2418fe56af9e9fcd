package dev.millrace.consumer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A handler took longer than its {@link HandlerOptions#timeLimit}: what a {@link RetryPolicy} sees of that attempt. */
public final class HandlerTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param thrown how the handler answered the interrupt; null if it just returned */
    HandlerTimeoutException(String handler, Duration limit, @Nullable Throwable thrown) {
        super("handler for '" + handler + "' took longer than " + limit);
        if (thrown != null) {
            // No cause: the answer to an interrupt must not decide whether the event is tried again.
            addSuppressed(thrown);
        }
    }
}
