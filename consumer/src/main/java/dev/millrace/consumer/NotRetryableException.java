package dev.millrace.consumer;

/** Thrown by a handler, or found among the causes of what it threw: trying again cannot help, dead-letter the event now. */
public class NotRetryableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotRetryableException(String message) {
        super(message);
    }

    public NotRetryableException(String message, Throwable cause) {
        super(message, cause);
    }
}
