package dev.millrace.consumer;

import dev.millrace.event.internal.Checks;
import java.time.Duration;

/**
 * Thrown by a handler, or found among the causes of what it threw: try again after this delay, in place of the policy's. It
 * still counts as one of the policy's retries.
 */
public class RetryAfterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration delay;

    /** @throws IllegalArgumentException if the delay is negative, or longer than 30 days */
    public RetryAfterException(Duration delay) {
        this(delay, "again after " + delay);
    }

    /** @throws IllegalArgumentException if the delay is negative, or longer than 30 days */
    public RetryAfterException(Duration delay, String message) {
        super(message);
        Checks.between("delay", delay, Duration.ZERO, Duration.ofDays(30));
        this.delay = delay;
    }

    public Duration delay() {
        return delay;
    }
}
