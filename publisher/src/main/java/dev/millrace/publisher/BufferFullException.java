package dev.millrace.publisher;

/**
 * The publisher's buffer had no room for an event in time: nothing of it was accepted. The message names the limit that
 * was reached, how long was waited, and the mend.
 */
public final class BufferFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BufferFullException(String message) {
        super(message);
    }
}
