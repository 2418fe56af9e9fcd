package dev.millrace.event.internal;

/** An entry that is no event; the message is a short reason that never holds a value of the body. */
public final class MalformedEntryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception, without a stack trace: a stream full of malformed entries must stay cheap.
     *
     * @param reason a short reason without values of the body
     */
    public MalformedEntryException(String reason) {
        super(reason, null, false, false);
    }
}
