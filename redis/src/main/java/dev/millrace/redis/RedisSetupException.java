package dev.millrace.redis;

/** Redis cannot be used as configured: the message says in one line what is wrong, where, and how to mend it. */
public final class RedisSetupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RedisSetupException(String message) {
        super(message);
    }

    public RedisSetupException(String message, Throwable cause) {
        super(message, cause);
    }
}
