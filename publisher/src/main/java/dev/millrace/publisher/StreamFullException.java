package dev.millrace.publisher;

/** A stream is longer than its retention allows, because a group has fallen behind; nothing was published. */
public final class StreamFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StreamFullException(String stream, long length, long maxLength) {
        super("stream " + stream + ": has " + length + " entries that its groups have yet to handle, and at most "
                + maxLength + " are allowed; let the groups catch up, or allow more with retention(…maxLength)");
    }
}
