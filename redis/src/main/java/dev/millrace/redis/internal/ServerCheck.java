package dev.millrace.redis.internal;

import dev.millrace.redis.RedisSetupException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether the server at an address is one that we can work with. */
final class ServerCheck {

    private static final int[] REDIS = {7, 0};
    private static final int[] VALKEY = {7, 2};
    private static final int SECONDS = 10;
    private static final int MOST_ATTEMPTS = 5;

    private ServerCheck() {}

    static void check(Connector connector) {
        try (StatefulConnection<byte[], byte[]> connection = connect(connector)) {
            Call<String> info = new Call<>(
                    CommandType.INFO,
                    new StatusOutput<>(ByteArrayCodec.INSTANCE),
                    Call.args().add("server"));
            connection.dispatch(info);
            String problem = judge(info.get(SECONDS, TimeUnit.SECONDS), connector.cluster(), connector.describe());
            if (problem != null) {
                throw new RedisSetupException(problem);
            }
        } catch (RedisSetupException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisSetupException("redis: interrupted while connecting to " + connector.describe(), e);
        } catch (Exception e) {
            throw SetupFailures.explain(connector.describe(), e);
        }
    }

    /** A refusal of the password may be overtaken by the end of the connection, which tells less: ask again. */
    private static StatefulConnection<byte[], byte[]> connect(Connector connector) {
        for (int attempt = 1; ; attempt++) {
            try {
                return connector.connect();
            } catch (RuntimeException e) {
                if (attempt == MOST_ATTEMPTS || !SetupFailures.hungUp(e)) {
                    throw e;
                }
            }
        }
    }

    /** What is wrong with the server that answers INFO like this; null if nothing is. */
    static @Nullable String judge(String info, boolean cluster, String where) {
        Map<String, String> values = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).trim());
            }
        });
        String valkey = values.get("valkey_version");
        String version = valkey != null ? valkey : values.getOrDefault("redis_version", "unknown");
        if (!atLeast(version, valkey != null ? VALKEY : REDIS)) {
            return "redis: the server at " + where + " is " + (valkey != null ? "Valkey " : "Redis ") + version
                    + "; Millrace needs Redis 7.0 or Valkey 7.2, or later: upgrade it";
        }
        if (!cluster && "cluster".equals(values.get("redis_mode"))) {
            return "redis: the server at " + where
                    + " is a node of a cluster; connect to it with redis-cluster:// (TLS: rediss-cluster://)";
        }
        return null;
    }

    /** A version that cannot be read is taken for a new one. */
    private static boolean atLeast(String version, int[] lowest) {
        String[] parts = version.split("\\.", -1);
        try {
            int major = Integer.parseInt(parts[0]);
            int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            return major > lowest[0] || (major == lowest[0] && minor >= lowest[1]);
        } catch (NumberFormatException e) {
            return true;
        }
    }
}
