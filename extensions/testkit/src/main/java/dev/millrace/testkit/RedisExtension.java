package dev.millrace.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives JUnit tests a Redis that is empty before each test.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final RedisExtension redis = new RedisExtension();
 * }</pre>
 *
 * <p>All test classes of a JVM share one server, found by {@link RedisServer#start()} when the first test wants it and
 * closed after the last. Test methods may take it as a parameter of type {@link RedisServer}. Tests that kill or
 * reconfigure Redis take a server of their own from {@link RedisServer#embedded}. Not for tests that run in parallel:
 * they would empty each other's database.
 *
 * <p>A Redis behind a given URI may hold data of somebody's: its database is emptied only if it is empty at the first
 * test, or the system property {@code millrace.redis.flush} (environment: {@code MILLRACE_REDIS_FLUSH}) is {@code
 * true}; else every test fails, saying so.
 */
public final class RedisExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RedisExtension.class);

    private volatile @Nullable SharedRedis shared;

    /** The URI of the shared server. */
    public String uri() {
        return server().uri();
    }

    /**
     * The shared server.
     *
     * @throws IllegalStateException before JUnit has begun the test class
     */
    public RedisServer server() {
        SharedRedis redis = shared;
        if (redis == null) {
            throw new IllegalStateException("No Redis yet: JUnit starts it before the first test of a class."
                    + " Is this extension in a field with @RegisterExtension?");
        }
        return redis.server();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        attach(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        attach(context).empty();
    }

    private SharedRedis attach(ExtensionContext context) {
        SharedRedis redis = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(SharedRedis.class, key -> SharedRedis.open(), SharedRedis.class);
        shared = redis;
        return redis;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RedisServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return attach(context).server();
    }
}
