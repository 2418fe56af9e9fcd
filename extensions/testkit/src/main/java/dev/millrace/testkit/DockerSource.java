package dev.millrace.testkit;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Starts Redis in a container, where Docker answers. Testcontainers is not loaded before that is known: it would take
 * 1.5 s and log a block of errors to say that there is no Docker.
 */
final class DockerSource implements RedisLocator.ContainerSource {
    private static final String UNIX = "unix://";

    @Override
    public @Nullable RedisServer start(Environment environment, List<String> passedOver) {
        if (!mayBeThere(environment, passedOver)) {
            return null;
        }
        try {
            return RedisContainer.start(environment);
        } catch (NoClassDefFoundError e) {
            passedOver.add("Docker, but no Testcontainers on the class path (" + e.getMessage() + ")");
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(DockerSource.class)
                    .warn("Docker is there, but a Redis container did not start: {}", e.toString());
            passedOver.add("a Redis container did not start");
        }
        return null;
    }

    /** Whether Docker answers on its unix socket; a DOCKER_HOST of another kind is for Testcontainers to try. */
    static boolean mayBeThere(Environment environment, List<String> passedOver) {
        String host = environment.variable("DOCKER_HOST");
        if (host != null && !host.startsWith(UNIX)) {
            return true;
        }
        Path socket = Path.of(host == null ? "/var/run/docker.sock" : host.substring(UNIX.length()));
        if (!Files.exists(socket)) {
            passedOver.add("no Docker (" + socket + " is not there)");
            return false;
        }
        try {
            if (ping(socket).startsWith("HTTP/1.1 200")) {
                return true;
            }
            passedOver.add("no Docker (" + socket + " does not answer as Docker does)");
        } catch (IOException e) {
            passedOver.add("no Docker (" + socket + ": " + e.getMessage() + ")");
        }
        return false;
    }

    private static String ping(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String request = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(64);
            channel.read(answer);
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }
}
