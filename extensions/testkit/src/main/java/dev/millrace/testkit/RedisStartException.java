package dev.millrace.testkit;

import org.jspecify.annotations.Nullable;

/** No Redis could be started or reached; the message is one line that says what, where and how to mend it. */
public final class RedisStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RedisStartException(String message) {
        super(message);
    }

    RedisStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
