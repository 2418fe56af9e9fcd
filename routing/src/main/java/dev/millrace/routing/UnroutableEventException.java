package dev.millrace.routing;

/** An event has no stream to go to; the message names its type, the reason and the mend. */
public class UnroutableEventException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnroutableEventException(String message) {
        super(message);
    }

    UnroutableEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
