package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerSourceTest {
    private final List<String> passedOver = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void docker_is_there_when_its_socket_says_so() throws IOException {
        assertThat(probeAgainst("HTTP/1.1 200 OK\r\n\r\nOK")).isTrue();
        assertThat(passedOver).isEmpty();
    }

    @Test
    void something_else_on_the_socket_is_not_docker() throws IOException {
        assertThat(probeAgainst("HTTP/1.1 502 Bad Gateway\r\n\r\n")).isFalse();
        assertThat(passedOver).singleElement().asString().contains("does not answer as Docker does");
    }

    @Test
    void no_socket_is_no_docker() {
        assertThat(probe("unix://" + folder.resolve("none.sock"))).isFalse();
        assertThat(passedOver).singleElement().asString().contains("none.sock is not there");
    }

    @Test
    void a_socket_that_nobody_listens_on_is_no_docker() throws IOException {
        Path socket = Files.createFile(folder.resolve("dead.sock"));
        assertThat(probe("unix://" + socket)).isFalse();
        assertThat(passedOver).singleElement().asString().contains("dead.sock");
    }

    @Test
    void docker_on_another_machine_is_left_to_testcontainers() {
        assertThat(probe("tcp://docker:2375")).isTrue();
    }

    private boolean probeAgainst(String answer) throws IOException {
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answerOnce(server, answer));
            boolean found = probe("unix://" + socket);
            answered.join();
            return found;
        }
    }

    private static void answerOnce(ServerSocketChannel server, String answer) {
        try (SocketChannel client = server.accept()) {
            client.read(ByteBuffer.allocate(256));
            client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean probe(String dockerHost) {
        Environment environment =
                new Environment(Map.<String, String>of()::get, Map.of("DOCKER_HOST", dockerHost)::get);
        return DockerSource.mayBeThere(environment, passedOver);
    }
}
