package dev.millrace.redis.internal;

import org.jspecify.annotations.Nullable;

/** A {@link RedisFault} on its way up. */
public final class RedisFaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient RedisFault fault;

    public RedisFaultException(RedisFault fault, @Nullable Throwable cause) {
        super(fault.message(), cause);
        this.fault = fault;
    }

    public RedisFault fault() {
        return fault;
    }
}
