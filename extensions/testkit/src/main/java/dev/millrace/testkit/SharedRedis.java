package dev.millrace.testkit;

import org.jspecify.annotations.Nullable;

/** The one server of a test run, and whether it may be emptied. */
final class SharedRedis implements AutoCloseable {
    static final String FLUSH_PROPERTY = "millrace.redis.flush";

    private final RedisServer server;
    private final @Nullable String refusal;

    private SharedRedis(RedisServer server, @Nullable String refusal) {
        this.server = server;
        this.refusal = refusal;
    }

    static SharedRedis open() {
        return of(RedisServer.start(), Environment.ofThisProcess());
    }

    static SharedRedis of(RedisServer server, Environment environment) {
        boolean allowed = !server.isGiven() || "true".equals(environment.setting(FLUSH_PROPERTY));
        if (allowed || server.cli("DBSIZE").equals("0")) {
            return new SharedRedis(server, null);
        }
        return new SharedRedis(
                server,
                "Tests empty the database, and this one holds " + server.cli("DBSIZE") + " keys: " + server.describe()
                        + ". Name an empty database (redis://host:port/9), or allow it with -D" + FLUSH_PROPERTY
                        + "=true");
    }

    RedisServer server() {
        return server;
    }

    /** Behind a given URI only the one database is ours. */
    void empty() {
        if (refusal != null) {
            throw new IllegalStateException(refusal);
        }
        server.cli(server.isGiven() ? "FLUSHDB" : "FLUSHALL");
    }

    /** A given database is left empty, so that the next run finds it so. */
    @Override
    public void close() {
        try (server) {
            if (server.isGiven() && refusal == null) {
                empty();
            }
        }
    }
}
