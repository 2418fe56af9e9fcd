package dev.millrace.redis.internal;

/** Why Redis did not do what was asked, in the terms that decide what to do next. */
public record RedisFault(Kind kind, String message) {

    /** The kinds of refusal and failure that are told apart. */
    public enum Kind {
        NOT_CONNECTED(true, false),
        CONNECTION_LOST(true, true),
        TIMEOUT(true, true),
        LOADING(true, false),
        READONLY(true, false),
        CLUSTERDOWN(true, false),
        MASTERDOWN(true, false),
        TRYAGAIN(true, false),
        MOVED(true, false),
        OOM(true, false),
        MISCONF(true, false),
        NOREPLICAS(true, false),
        NOSCRIPT(true, false),
        BUSY(true, false),
        NOGROUP(false, false),
        WRONGTYPE(false, false),
        NOPERM(false, false),
        NOAUTH(false, false),
        CLOSED(false, false),
        OTHER(false, false);

        private final boolean passing;
        private final boolean outcomeUnknown;

        Kind(boolean passing, boolean outcomeUnknown) {
            this.passing = passing;
            this.outcomeUnknown = outcomeUnknown;
        }
    }

    /** Whether the same request may succeed later without anybody mending anything in it. */
    public boolean passing() {
        return kind.passing;
    }

    /** Whether there was no answer, because of the way to the server and not of the server. */
    public boolean connectionLost() {
        return kind == Kind.NOT_CONNECTED || kind == Kind.CONNECTION_LOST || kind == Kind.TIMEOUT;
    }

    /** Whether the server could not even judge the request: no way to it, or it does not serve yet. */
    public boolean serverAway() {
        return connectionLost() || kind == Kind.CLOSED || kind == Kind.LOADING;
    }

    /** Whether the command may have been carried out all the same. */
    public boolean outcomeUnknown() {
        return kind.outcomeUnknown;
    }
}
