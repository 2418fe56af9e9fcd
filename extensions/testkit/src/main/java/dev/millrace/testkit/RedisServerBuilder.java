package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options for a Redis process of ours. Not thread-safe. */
public final class RedisServerBuilder {
    private static final Set<String> OURS =
            Set.of("--port", "--tls-port", "--bind", "--requirepass", "--dir", "--daemonize", "--logfile");

    private final List<String> arguments = new ArrayList<>();
    private final List<String> configuration = new ArrayList<>();
    private int port;
    private boolean appendOnly;
    private boolean tls;
    private @Nullable String maxMemory;
    private @Nullable String password;

    RedisServerBuilder() {}

    /** The port to listen on; one that is taken fails the start. Default: 0, any free one. */
    public RedisServerBuilder port(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 (any free one) and 65535");
        }
        this.port = port;
        return this;
    }

    /** Whether data survive a kill: an append-only file, synced with every write. Default: false. */
    public RedisServerBuilder appendOnly(boolean appendOnly) {
        this.appendOnly = appendOnly;
        return this;
    }

    /** Memory as redis.conf says it, e.g. {@code 16mb}; beyond it, writes get OOM. Default: no limit. */
    public RedisServerBuilder maxMemory(String maxMemory) {
        this.maxMemory = maxMemory;
        return this;
    }

    /** The default user's password, which {@link RedisServer#uri()} then carries. Default: none. */
    public RedisServerBuilder password(String password) {
        if (!password.matches("[A-Za-z0-9._~-]+")) {
            throw new IllegalArgumentException("password holds what a URI cannot: use letters, digits and . _ ~ -");
        }
        this.password = password;
        return this;
    }

    /** Whether to listen on a TLS port as well, with a self-signed certificate for 127.0.0.1. Default: false. */
    public RedisServerBuilder tls(boolean tls) {
        this.tls = tls;
        return this;
    }

    /**
     * Further arguments of redis-server, e.g. {@code "--min-replicas-to-write", "1"}; they win over the defaults. Default:
     * none.
     *
     * @throws IllegalArgumentException for one that would part us from the server, such as {@code --port}
     */
    public RedisServerBuilder arguments(String... arguments) {
        for (String argument : arguments) {
            if (OURS.contains(argument)) {
                throw new IllegalArgumentException(argument + " is not for arguments(): the server would not be found."
                        + " The builder has methods for port, password and tls; the rest is always its own");
            }
        }
        this.arguments.addAll(List.of(arguments));
        return this;
    }

    /**
     * To be a Sentinel instead of a data server: the only one, which promotes a replica of this master within a few seconds of
     * its death. Clients then connect to {@code redis-sentinel://127.0.0.1:port#name}. Default: a data server.
     */
    public RedisServerBuilder sentinelOf(String name, RedisServer master) {
        arguments.add("--sentinel");
        configuration.add("sentinel monitor " + name + " 127.0.0.1 " + master.port() + " 1");
        configuration.add("sentinel down-after-milliseconds " + name + " 500");
        configuration.add("sentinel failover-timeout " + name + " 2000");
        return this;
    }

    /**
     * Starts the server, and returns when it answers.
     *
     * @throws RedisStartException if there is no program to start, or it ends; with the last lines of its log
     */
    public RedisServer start() {
        return RedisLocator.ofThisProcess()
                .startLocal(new LocalOptions(port, appendOnly, tls, maxMemory, password, arguments, configuration));
    }
}
