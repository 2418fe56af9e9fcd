package dev.millrace.testkit;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the Redis to run against, and remembers what it passed over. */
final class RedisLocator {
    static final String URI_PROPERTY = "millrace.redis.uri";

    private final Environment environment;
    private final ContainerSource containers;

    RedisLocator(Environment environment, ContainerSource containers) {
        this.environment = environment;
        this.containers = containers;
    }

    static RedisLocator ofThisProcess() {
        return new RedisLocator(Environment.ofThisProcess(), new DockerSource());
    }

    RedisServer locate() {
        String given = environment.setting(URI_PROPERTY);
        if (given != null) {
            return given(given, URI_PROPERTY);
        }
        List<String> passedOver = new ArrayList<>(List.of(URI_PROPERTY + " not set"));
        RedisServer container = containers.start(environment, passedOver);
        return container != null ? container : startLocal(LocalOptions.DEFAULTS, passedOver);
    }

    RedisServer startLocal(LocalOptions options) {
        return startLocal(options, new ArrayList<>());
    }

    private RedisServer startLocal(LocalOptions options, List<String> passedOver) {
        RedisBinary binary = RedisBinary.find(environment, passedOver);
        if (binary == null) {
            throw new RedisStartException("No Redis to run against: " + String.join("; ", passedOver)
                    + ". Install redis-server, or name a running one with -D" + URI_PROPERTY + "=redis://host:port");
        }
        String why = passedOver.isEmpty() ? "" : "; " + String.join("; ", passedOver);
        LocalRedis local = LocalRedis.start(binary, options);
        return RedisServer.ofProcess(local, binary.origin() + why);
    }

    /** The server at a URI that {@code name} was given. */
    static RedisServer given(String value, String name) {
        URI uri = parse(value);
        if (uri == null || uri.getHost() == null || !Set.of("redis", "rediss").contains(uri.getScheme())) {
            throw new RedisStartException(name + " is not a URI like redis://host:port or"
                    + " rediss://user:password@host:port/db (its value is not shown: it may hold a password)");
        }
        return RedisServer.ofGiven(uri, "given by " + name);
    }

    private static @Nullable URI parse(String given) {
        try {
            return URI.create(given);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Where a Redis in a container comes from. */
    interface ContainerSource {
        /** A started server; or null, having added to {@code passedOver} why there is none. */
        @Nullable
        RedisServer start(Environment environment, List<String> passedOver);
    }
}
