package dev.millrace.event;

/**
 * An event, header or event type whose shape is not allowed; the message names the member, what is wrong with it and
 * how to mend it. Values of user, session, tenant and context members are never part of the message.
 */
public class InvalidEventException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one line naming the member, the fault and the mend
     */
    public InvalidEventException(String message) {
        super(message);
    }
}
