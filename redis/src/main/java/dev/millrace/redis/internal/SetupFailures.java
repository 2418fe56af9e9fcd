package dev.millrace.redis.internal;

import dev.millrace.redis.RedisSetupException;
import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in one line why a first connection failed: what, where, how to mend it. */
final class SetupFailures {

    private SetupFailures() {}

    static RedisSetupException explain(String where, Throwable failure) {
        return new RedisSetupException("redis: " + sentence(where, failure), failure);
    }

    private static String sentence(String where, Throwable failure) {
        if (find(failure, UnknownHostException.class) != null) {
            return "no such host in " + where + "; check the host's name";
        }
        if (find(failure, SSLException.class) != null) {
            return "TLS failed with " + where
                    + "; use rediss:// only where the server speaks TLS, and with a certificate that this JVM trusts";
        }
        RedisCommandExecutionException refused = find(failure, RedisCommandExecutionException.class);
        if (refused != null) {
            return reply(where, String.valueOf(refused.getMessage()));
        }
        ConnectException notThere = find(failure, ConnectException.class);
        if (notThere != null && String.valueOf(notThere.getMessage()).contains("refused")) {
            return "nothing listens at " + where + " (connection refused); start Redis there, or correct host and port";
        }
        if (mentions(failure, "Cannot retrieve cluster partitions")) {
            return where + " is no node of a Redis Cluster; use redis:// for a single server";
        }
        if (notThere != null || find(failure, TimeoutException.class) != null || mentions(failure, "timed out")) {
            return "no answer from " + where
                    + " in time; check host, port and firewall, that the server is not hanging, and that it speaks TLS where"
                    + " the address says rediss://";
        }
        if (hungUp(failure)) {
            return where
                    + " hung up during the greeting; if the server speaks TLS, use rediss://, and check that it is a Redis";
        }
        return "cannot connect to " + where + ": " + rootMessage(failure);
    }

    /** Lettuce says it in three ways: the last one where the server was gone before the greeting had begun. */
    static boolean hungUp(Throwable failure) {
        return mentions(failure, "closed prematurely")
                || mentions(failure, "Connection reset")
                || mentions(failure, "RedisHandshakeHandler not registered");
    }

    private static String reply(String where, String error) {
        Kind kind = Faults.reply(error).kind();
        String line = error.lines().findFirst().orElse("");
        return switch (kind) {
            case NOAUTH ->
                where + " refused user or password (" + line + "); correct them in redis://user:password@host";
            case NOPERM ->
                where + " does not allow this user a command that is needed (" + line + "); publishing needs "
                        + AccessRules.PUBLISHER + ", consuming also " + AccessRules.CONSUMER;
            case LOADING -> where + " is still loading its data (" + line + "); try again in a moment";
            default -> where + " answered: " + line + "; correct the address, or what the server allows";
        };
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        Throwable t = failure;
        for (int depth = 0; t != null && depth < 20; depth++, t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }

    private static boolean mentions(Throwable failure, String words) {
        Throwable t = failure;
        for (int depth = 0; t != null && depth < 20; depth++, t = t.getCause()) {
            if (t.getMessage() != null && t.getMessage().contains(words)) {
                return true;
            }
        }
        return false;
    }

    private static String rootMessage(Throwable failure) {
        Throwable t = failure;
        for (int depth = 0; t.getCause() != null && depth < 20; depth++) {
            t = t.getCause();
        }
        return String.valueOf(t.getMessage())
                .lines()
                .findFirst()
                .orElse(t.getClass().getSimpleName());
    }
}
