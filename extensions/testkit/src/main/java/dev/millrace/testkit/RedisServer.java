package dev.millrace.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A running Redis for tests and samples.
 *
 * <p>{@link #start()} takes the first that there is of: the URI in the system property {@code millrace.redis.uri} or
 * the environment variable {@code MILLRACE_REDIS_URI}; a container, where Docker answers; {@code redis-server} or
 * {@code valkey-server} on PATH; the embedded program. {@link #embedded} and {@link #builder()} always start a process
 * of ours, which can be killed, paused and restarted. A process of ours listens on 127.0.0.1 only, keeps nothing unless
 * told to, and ends with this JVM even if that is killed. Thread-safe.
 */
public final class RedisServer implements AutoCloseable {
    /** Generous, because a test may well ask a server that is busy; a server that is paused fails after it. */
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(10);
    private static final Pattern MASTER_OFFSET = Pattern.compile("(?m)^master_repl_offset:(\\d+)");
    private static final Pattern REPLICA_OFFSET = Pattern.compile("(?m)^slave\\d+:.*\\boffset=(\\d+)");

    private final URI uri;
    private final String origin;
    private final String version;
    private final @Nullable LocalRedis local;
    private final @Nullable Runnable onClose;

    private RedisServer(
            URI uri, String version, String origin, @Nullable LocalRedis local, @Nullable Runnable onClose) {
        this.uri = uri;
        this.version = version;
        this.origin = origin;
        this.local = local;
        this.onClose = onClose;
    }

    /** A process of ours that answers. */
    static RedisServer ofProcess(LocalRedis local, String origin) {
        return open(local.uri(), origin, local, local::close);
    }

    /** A server that something else runs for us; {@code onClose} ends it. */
    static RedisServer ofContainer(URI uri, String origin, Runnable onClose) {
        return open(uri, origin, null, onClose);
    }

    /** Somebody's server, with whatever it holds. */
    static RedisServer ofGiven(URI uri, String origin) {
        return open(uri, origin, null, null);
    }

    private static RedisServer open(URI uri, String origin, @Nullable LocalRedis local, @Nullable Runnable onClose) {
        try {
            RedisServer server = new RedisServer(uri, ServerInfo.read(uri).product(), origin, local, onClose);
            LoggerFactory.getLogger(RedisServer.class).info("Using {}", server.describe());
            return server;
        } catch (RuntimeException e) {
            if (onClose != null) {
                onClose.run();
            }
            throw e;
        }
    }

    /**
     * The first Redis that there is, in the order given above.
     *
     * @throws RedisStartException if there is none; its message says what was looked for
     */
    public static RedisServer start() {
        return RedisLocator.ofThisProcess().locate();
    }

    /**
     * Somebody's server, with whatever it holds; {@link #close()} leaves it alone.
     *
     * @param uri {@code redis://} or {@code rediss://}
     * @throws RedisStartException if it is no such URI, or no Redis answers there
     */
    public static RedisServer at(String uri) {
        return RedisLocator.given(uri, "uri");
    }

    /** A process of ours with these additional arguments of redis-server, on a free port. */
    public static RedisServer embedded(String... arguments) {
        return builder().arguments(arguments).start();
    }

    /** Options for a process of ours. */
    public static RedisServerBuilder builder() {
        return new RedisServerBuilder();
    }

    /** {@code redis://127.0.0.1:port}, with the password if it was given one. The same after a restart. */
    public String uri() {
        return uri.toString();
    }

    /** The host in {@link #uri()}. */
    public String host() {
        return uri.getHost();
    }

    /** The port in {@link #uri()}. The same after a restart. */
    public int port() {
        return uri.getPort() < 0 ? 6379 : uri.getPort();
    }

    /**
     * {@code rediss://127.0.0.1:port} of a server built with {@link RedisServerBuilder#tls}.
     *
     * @throws IllegalStateException for any other
     */
    public String tlsUri() {
        URI tlsUri = local().tlsUri();
        if (tlsUri == null) {
            throw new IllegalStateException(
                    "This server has no TLS port. Build it with RedisServer.builder().tls(true)");
        }
        return tlsUri.toString();
    }

    /**
     * A PEM file with the certificate to trust for {@link #tlsUri()}; it goes when the server is closed.
     *
     * @throws IllegalStateException for a server built without {@link RedisServerBuilder#tls}
     */
    public Path caCertificate() {
        Path certificate = local().caCertificate();
        if (certificate == null) {
            throw new IllegalStateException(
                    "This server has no certificate. Build it with RedisServer.builder().tls(true)");
        }
        return certificate;
    }

    /** Kills the process as {@code kill -9} does, and returns when it is gone. Port and data wait for a restart. */
    public void kill() {
        local().kill();
    }

    /** Kills the process if it runs, starts another on the same port and data, and returns when that answers. */
    public void restart() {
        local().restart();
    }

    /** Stops the process in its tracks (SIGSTOP): connections stay open and nothing is answered. */
    public void pause() {
        local().signal("STOP");
    }

    /** Lets a paused process go on (SIGCONT). */
    public void resume() {
        local().signal("CONT");
    }

    /** The id of the redis-server process; another after a restart. */
    public long pid() {
        return local().pid();
    }

    /**
     * Sends one command on a connection of its own and returns the reply as {@code redis-cli --raw} prints it: one line
     * an element, nil as the empty string.
     *
     * @throws RedisReplyException if Redis answers with an error
     * @throws IllegalStateException if Redis cannot be reached or does not answer within 30 s
     */
    public String cli(String... command) {
        byte[][] words = Arrays.stream(command)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        return RespConnection.render(command(words));
    }

    /**
     * Sends one command on a connection of its own. The reply is a {@link String} (status), {@link Long}, {@code
     * byte[]}, null, or a {@link List} of these.
     *
     * @throws RedisReplyException if Redis answers with an error
     * @throws IllegalStateException if Redis cannot be reached or does not answer within 30 s
     */
    public @Nullable Object command(byte[]... words) {
        try (RespConnection connection = RespConnection.open(uri, REPLY_TIMEOUT)) {
            return connection.command(words);
        } catch (IOException e) {
            throw new IllegalStateException("No answer from " + describe() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns when at least one replica is connected and all of them have acknowledged what this server held at the
     * call. WAIT on a connection of its own would not do: it waits for what that very connection wrote, and so for
     * nothing.
     *
     * @throws IllegalStateException if they have not by the end of {@code patience}
     */
    public void awaitReplicas(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        String replication = cli("INFO", "replication");
        long held = offsets(replication, MASTER_OFFSET).min().orElseThrow();
        while (offsets(replication, REPLICA_OFFSET).min().orElse(-1) < held) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("No replica holds offset " + held + " of " + describe() + " after "
                        + patience + ":\n" + replication);
            }
            LockSupport.parkNanos(POLL.toNanos());
            replication = cli("INFO", "replication");
        }
    }

    private static LongStream offsets(String replication, Pattern pattern) {
        return pattern.matcher(replication).results().mapToLong(found -> Long.parseLong(found.group(1)));
    }

    /** One line: product, version, URI without its password, process, where it came from, and why not from elsewhere. */
    public String describe() {
        String process = local == null ? "" : "process " + local.pid() + ", ";
        return version + " at " + ServerInfo.withoutSecrets(uri) + " (" + process + origin + ")";
    }

    /** True behind a URI that was given: the server and what it holds are somebody else's. */
    boolean isGiven() {
        return onClose == null;
    }

    private LocalRedis local() {
        if (local == null) {
            throw new IllegalStateException(
                    "Only a process of ours can do this, not " + describe() + ". Use RedisServer.embedded()");
        }
        return local;
    }

    /** Ends what was started here, and removes its data; a server behind a given URI is left alone. Idempotent. */
    @Override
    public void close() {
        if (onClose != null) {
            onClose.run();
        }
    }
}
