package dev.millrace.event;

/**
 * A body that could not be turned into bytes, or bytes that could not be read as the asked-for type.
 *
 * <p>The message names the type and the JSON path, never a value of the body. For the same reason there is no cause: the
 * messages of JSON libraries quote what they read.
 */
public class BodyCodecException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message one line naming the type and the path, without values of the body
     */
    public BodyCodecException(String message) {
        super(message);
    }
}
