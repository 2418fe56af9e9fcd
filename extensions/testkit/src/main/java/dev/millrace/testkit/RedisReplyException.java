package dev.millrace.testkit;

/** Redis answered a command with an error; the message is Redis' own, beginning with its code. */
public final class RedisReplyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisReplyException(String message) {
        super(message);
    }
}
