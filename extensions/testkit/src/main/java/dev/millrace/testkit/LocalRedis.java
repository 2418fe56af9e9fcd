package dev.millrace.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Redis server process of ours on a loopback port, with a folder of its own. Thread-safe. */
final class LocalRedis {
    private static final int TRIES = 5;
    private static final int LOG_LINES = 3;

    /** glibc says "already in use", musl "in use". */
    private static final Pattern TAKEN = Pattern.compile("bind: Address (already )?in use");

    /** Process, role, time and level at the head of each line. */
    private static final Pattern LOG_HEAD = Pattern.compile("^\\d+:[A-Z] .{20,24} [#*.-] ");

    private static final long POLL_MILLIS = 3;
    private static final long START_NANOS = Duration.ofSeconds(30).toNanos();

    private final RedisBinary binary;
    private final LocalOptions options;
    private final Path folder;
    private @Nullable TlsFiles tls;
    private int port;
    private int tlsPort;
    private @Nullable ServerProcess process;

    private LocalRedis(RedisBinary binary, LocalOptions options, Path folder) {
        this.binary = binary;
        this.options = options;
        this.folder = folder;
    }

    static LocalRedis start(RedisBinary binary, LocalOptions options) {
        LocalRedis redis = new LocalRedis(binary, options, createFolder());
        try {
            redis.startOnSomePort();
            return redis;
        } catch (RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    private static Path createFolder() {
        try {
            return Files.createTempDirectory("millrace-redis-data-");
        } catch (IOException e) {
            throw new RedisStartException("No folder for Redis could be made below java.io.tmpdir: " + e, e);
        }
    }

    private synchronized void startOnSomePort() {
        tls = options.tls() ? TlsFiles.generate(folder) : null;
        for (int left = options.port() == 0 ? TRIES : 1; ; left--) {
            port = options.port() == 0 ? FreePort.find() : options.port();
            tlsPort = tls == null ? 0 : FreePort.find();
            try {
                launch();
                return;
            } catch (PortTakenException e) {
                if (left == 1) {
                    throw new RedisStartException(
                            e.getMessage() + ". Choose another port, or none: 0 takes a free one");
                }
            }
        }
    }

    private void launch() {
        List<String> command = new ArrayList<>(List.of(binary.path().toString()));
        if (!options.configuration().isEmpty()) {
            command.add(writeConfiguration().toString());
        }
        command.addAll(options.toArguments(port, tls, tlsPort, folder));
        try {
            Files.deleteIfExists(log());
            process = ServerProcess.start(command, folder, log());
        } catch (IOException e) {
            throw new RedisStartException(binary.path() + " could not be started: " + e.getMessage(), e);
        }
        awaitReady(process);
    }

    private Path writeConfiguration() {
        try {
            return Files.write(folder.resolve("redis.conf"), options.configuration());
        } catch (IOException e) {
            throw new RedisStartException("No configuration could be written below " + folder + ": " + e, e);
        }
    }

    private void awaitReady(ServerProcess started) {
        long begin = System.nanoTime();
        while (!started.endsWithin(POLL_MILLIS)) {
            if (answers(started.pid())) {
                return;
            }
            if (System.nanoTime() - begin > START_NANOS) {
                started.kill();
                throw new RedisStartException(describeFailure("did not answer PING within 30 s"));
            }
        }
        String failure = describeFailure("ended at once");
        if (TAKEN.matcher(failure).find()) {
            throw new PortTakenException("Port " + port + " on 127.0.0.1 is taken");
        }
        throw new RedisStartException(failure);
    }

    /** Whether this very process answers: on a taken port the PONG is someone else's. */
    private boolean answers(long pid) {
        try (RespConnection connection = RespConnection.open(uri(), Duration.ofSeconds(5))) {
            return "PONG".equals(connection.command("PING"))
                    && ServerInfo.read(connection).processId() == pid;
        } catch (RedisReplyException e) {
            // LOADING is not yet; NOAUTH comes from a password among the caller's arguments, and is as up as we can see
            return String.valueOf(e.getMessage()).startsWith("NOAUTH");
        } catch (IOException e) {
            return false;
        }
    }

    private String describeFailure(String what) {
        List<String> lines = List.of();
        try {
            lines = Files.readAllLines(log());
        } catch (IOException e) {
            // no log, no lines
        }
        String last = lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()).stream()
                .map(line -> LOG_HEAD.matcher(line).replaceFirst("").strip())
                .collect(Collectors.joining(" / "));
        return binary.path() + " on port " + port + " " + what + "; the last it said: " + last;
    }

    private Path log() {
        return folder.resolve("redis.log");
    }

    /** SIGKILL; port and folder stay ours for {@link #restart()}. */
    synchronized void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** Kills what runs, and starts again on the same port and folder. */
    synchronized void restart() {
        kill();
        try {
            launch();
        } catch (PortTakenException e) {
            throw new RedisStartException(e.getMessage() + " by someone else since Redis was killed", e);
        }
    }

    synchronized void signal(String name) {
        if (process != null) {
            process.signal(name);
        }
    }

    synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    synchronized URI uri() {
        return uri("redis", port);
    }

    @Nullable
    synchronized URI tlsUri() {
        return tls == null ? null : uri("rediss", tlsPort);
    }

    private URI uri(String scheme, int listening) {
        String secret = options.password() == null ? "" : ":" + options.password() + "@";
        return URI.create(scheme + "://" + secret + "127.0.0.1:" + listening);
    }

    @Nullable
    synchronized Path caCertificate() {
        return tls == null ? null : tls.certificate();
    }

    synchronized void close() {
        if (process != null) {
            process.end();
        }
        delete(folder);
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // the wrapper's rm was faster; what is left is in the temp folder
        }
    }

    /** The port was free when we looked and is not now. */
    private static final class PortTakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PortTakenException(String message) {
            super(message);
        }
    }
}
