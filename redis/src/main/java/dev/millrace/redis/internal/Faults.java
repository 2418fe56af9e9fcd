package dev.millrace.redis.internal;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Sorts what Redis and the client say into {@link RedisFault} kinds. */
final class Faults {

    private Faults() {}

    /** An error reply, by its first word. */
    static RedisFault reply(String error) {
        int space = error.indexOf(' ');
        String word = (space < 0 ? error : error.substring(0, space)).toUpperCase(Locale.ROOT);
        return new RedisFault(kind(word, error), error);
    }

    private static Kind kind(String word, String error) {
        return switch (word) {
            case "LOADING" -> Kind.LOADING;
            case "READONLY" -> Kind.READONLY;
            case "CLUSTERDOWN" -> Kind.CLUSTERDOWN;
            case "MASTERDOWN" -> Kind.MASTERDOWN;
            case "TRYAGAIN" -> Kind.TRYAGAIN;
            case "MOVED", "ASK" -> Kind.MOVED;
            case "OOM" -> Kind.OOM;
            case "MISCONF" -> Kind.MISCONF;
            case "NOREPLICAS" -> Kind.NOREPLICAS;
            case "NOSCRIPT" -> Kind.NOSCRIPT;
            case "BUSY", "UNKILLABLE" -> Kind.BUSY;
            case "NOGROUP" -> Kind.NOGROUP;
            case "WRONGTYPE" -> Kind.WRONGTYPE;
            case "NOPERM" -> Kind.NOPERM;
            case "NOAUTH", "WRONGPASS" -> Kind.NOAUTH;
            // A blocked read: its stream went away (7.0), or its server became a replica.
            case "UNBLOCKED" -> error.contains("no longer exists") ? Kind.NOGROUP : Kind.READONLY;
            default -> Kind.OTHER;
        };
    }

    /**
     * A command that ended without a reply, or with an error reply.
     *
     * @param written whether it had been handed to the network, so that Redis may have run it
     */
    static RedisFault of(Throwable failure, boolean written) {
        Throwable cause = unwrap(failure);
        if (cause instanceof RedisFaultException fault) {
            return fault.fault();
        }
        if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
            return reply(cause.getMessage());
        }
        return new RedisFault(written ? Kind.CONNECTION_LOST : Kind.NOT_CONNECTED, describe(cause));
    }

    static RedisFaultException exception(Kind kind, String message) {
        return new RedisFaultException(new RedisFault(kind, message), null);
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String describe(Throwable failure) {
        if (failure instanceof CancellationException) {
            return "connection closed";
        }
        StringBuilder text = new StringBuilder(
                failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage());
        for (Throwable c = failure.getCause(); c != null && c != c.getCause(); c = c.getCause()) {
            if (c.getMessage() != null && text.indexOf(c.getMessage()) < 0) {
                text.append(": ").append(c.getMessage());
            }
        }
        return text.toString();
    }
}
