package dev.millrace.redis.internal;

import dev.millrace.redis.RedisSetupException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An address as the user wrote it, read.
 *
 * @param uris one, or several nodes of a cluster
 * @param text the address without user, password and parameters
 */
record RedisAddress(List<RedisURI> uris, boolean cluster, String text) {

    private static final Set<String> SCHEMES =
            Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster");
    private static final String FORMS =
            "use redis://host:6379, rediss://host:6379 (TLS), redis-sentinel://host:26379/0#master or redis-cluster://host:6379,host:6380";
    private static final Pattern SECRETS = Pattern.compile("//.*@");
    private static final String NODE = "(\\[[0-9a-fA-F:.%]+]|[^\\s:,/\\[\\]#]+)(:[0-9]{1,5})?";

    /** Stricter than Lettuce, which takes {@code host:port} with a letter in the port for a host's name. */
    private static final Pattern HOSTS = Pattern.compile(NODE + "(," + NODE + ")*([/#].*)?");

    /** Which Lettuce would take for 6379. */
    private static final Pattern PORT_0 = Pattern.compile(":0+(?=[,/#]|$)");

    /** A user or password with a character that ends the part of an address that it stands in. */
    private static final Pattern BARE_SECRET = Pattern.compile("//[^@]*[/?#].*@");

    /** How long a server may take to answer the greeting of a new connection. */
    private static final Duration GREETING = Duration.ofSeconds(10);

    static RedisAddress parse(String uri) {
        int colon = uri.indexOf("://");
        String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
        String shown = withoutSecrets(uri);
        if (!SCHEMES.contains(scheme)) {
            throw new RedisSetupException("redis: got \"" + shown + "\", which names no known kind of Redis; " + FORMS);
        }
        if (!HOSTS.matcher(shown.substring(colon + 3)).matches()
                || PORT_0.matcher(shown).find()
                || BARE_SECRET.matcher(uri).find()) {
            throw unreadable(shown);
        }
        boolean cluster = scheme.endsWith("-cluster");
        String plain = cluster ? scheme.replace("-cluster", "") + uri.substring(colon) : uri;
        try {
            List<RedisURI> uris =
                    cluster ? RedisClusterURIUtil.toRedisURIs(URI.create(plain)) : List.of(RedisURI.create(plain));
            uris.forEach(RedisAddress::boundGreeting);
            return new RedisAddress(uris, cluster, shown);
        } catch (IllegalArgumentException | NullPointerException e) {
            // Its message may quote the password, so neither text nor cause goes on.
            throw unreadable(shown);
        }
    }

    private static RedisSetupException unreadable(String shown) {
        return new RedisSetupException("redis: got \"" + shown + "\", which cannot be read as an address; " + FORMS
                + ", with user:password@ before the host where needed (special characters percent-encoded)");
    }

    private static void boundGreeting(RedisURI uri) {
        if (uri.getTimeout().equals(RedisURI.DEFAULT_TIMEOUT_DURATION)) {
            uri.setTimeout(GREETING);
        }
    }

    /** Also for addresses that cannot be read: everything up to the last at sign goes. */
    private static String withoutSecrets(String uri) {
        String text = SECRETS.matcher(uri).replaceFirst("//");
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }
}
