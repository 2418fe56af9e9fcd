package dev.millrace.consumer;

import java.time.Duration;

/**
 * Thrown by a handler, or found among the causes of what it threw: try again after this delay, in place of the policy's. It
 * still counts as one of the policy's retries.
 */
public class RetryAfterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration delay;

    /** @throws IllegalArgumentException if the delay is negative */
    public RetryAfterException(Duration delay, String message) {
        super(message);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: got " + delay + "; use zero or more");
        }
        this.delay = delay;
    }

    public Duration delay() {
        return delay;
    }
}
