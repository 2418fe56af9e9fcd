package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

class TcpProxyIT {
    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    private TcpProxy proxy;

    @BeforeEach
    void open_proxy() {
        proxy = TcpProxy.inFrontOf(redis.server());
    }

    @AfterEach
    void close_proxy() {
        proxy.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("millrace-proxy"));
    }

    @Test
    void passes_everything_on_while_nothing_is_wrong() throws IOException {
        try (RespConnection client = connect()) {
            assertThat(client.command("SET", "k", "v".repeat(100_000))).isEqualTo("OK");
            assertThat(RespConnection.render(client.command("GET", "k"))).hasSize(100_000);
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    @Test
    void a_command_whose_reply_is_dropped_has_run() throws IOException {
        try (RespConnection client = impatient()) {
            proxy.dropReplies();
            assertThatThrownBy(() -> client.command("INCR", "n")).isInstanceOf(SocketTimeoutException.class);
            assertThat(redis.server().cli("GET", "n")).isEqualTo("1");
        }
    }

    @Test
    void a_command_whose_request_is_dropped_has_not_run() throws IOException {
        try (RespConnection client = impatient()) {
            proxy.dropRequests();
            assertThatThrownBy(() -> client.command("INCR", "n")).isInstanceOf(SocketTimeoutException.class);
            assertThat(redis.server().cli("EXISTS", "n")).isEqualTo("0");
        }
    }

    @Test
    void healing_resets_a_connection_whose_answers_no_longer_match() throws IOException {
        try (RespConnection client = impatient()) {
            proxy.dropReplies();
            assertThatThrownBy(() -> client.command("INCR", "n")).isInstanceOf(SocketTimeoutException.class);
            proxy.heal();
            assertThatThrownBy(() -> client.command("PING")).isInstanceOf(SocketException.class);
        }
        try (RespConnection client = connect()) {
            assertThat(client.command("PING")).isEqualTo("PONG");
        }
    }

    /** An answer that comes after a lost one would be taken for the lost one's. */
    @Test
    @Timeout(60)
    void nothing_arrives_behind_a_loss_while_the_proxy_is_being_healed() throws Exception {
        try (ServerSocket counting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TcpProxy front = TcpProxy.inFrontOf("redis://127.0.0.1:" + counting.getLocalPort())) {
            for (int round = 0; round < 500; round++) {
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), front.port());
                        Socket server = counting.accept()) {
                    AtomicBoolean gap = new AtomicBoolean();
                    Thread sender = new Thread(() -> countInto(server));
                    Thread reader = new Thread(() -> gap.set(!countsOn(client)));
                    reader.start();
                    sender.start();
                    LockSupport.parkNanos(200_000);
                    front.dropReplies();
                    front.heal();
                    front.reset();
                    sender.join();
                    reader.join();
                    assertThat(gap).as("round %d: a gap", round).isFalse();
                }
            }
        }
    }

    private static void countInto(Socket socket) {
        try {
            for (int n = 0; true; n++) {
                socket.getOutputStream().write((":" + n + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // the other side was reset
        }
    }

    private static boolean countsOn(Socket socket) {
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            int n = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.equals(":" + n++)) {
                    return false;
                }
            }
        } catch (IOException e) {
            // reset
        }
        return true;
    }

    @Test
    void refused_clients_come_back_after_healing_on_the_same_port() throws IOException {
        try (RespConnection open = connect()) {
            open.command("PING");
            proxy.refuse();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThat(open.command("PING")).isEqualTo("PONG");
            proxy.heal();
            connect().close();
        }
    }

    @Test
    void a_cut_connection_ends_in_good_order() throws IOException {
        try (RespConnection client = connect()) {
            client.command("PING");
            proxy.cut();
            assertThatThrownBy(() -> client.command("PING")).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void a_reset_connection_breaks() throws IOException {
        try (RespConnection client = connect()) {
            client.command("PING");
            proxy.reset();
            assertThatThrownBy(() -> client.command("PING")).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_client_sees_the_first_replies_only_and_the_server_has_run_the_rest() throws IOException {
        try (RespConnection client = connect()) {
            proxy.resetAfterReplies(2);
            client.command("RPUSH", "l", "a", "b");
            client.command("LRANGE", "l", "0", "-1");
            assertThatThrownBy(() -> client.command("RPUSH", "l", "c")).isInstanceOf(IOException.class);
            assertThat(redis.server().cli("LLEN", "l")).isEqualTo("3");
        }
    }

    @Test
    void a_reply_is_cut_in_its_middle() throws IOException {
        try (RespConnection client = connect()) {
            redis.server().cli("SET", "k", "0123456789");
            proxy.resetAfterReplyBytes(8);
            assertThatThrownBy(() -> client.command("GET", "k")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_delayed_reply_is_late_and_whole() throws IOException {
        try (RespConnection client = connect()) {
            proxy.delay(Duration.ofMillis(50));
            long begin = System.nanoTime();
            assertThat(client.command("PING")).isEqualTo("PONG");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        }
    }

    @Test
    void a_client_is_reset_when_the_server_is_not_there() {
        try (RedisServer own = RedisServer.embedded();
                TcpProxy front = TcpProxy.inFrontOf(own)) {
            own.kill();
            assertThatThrownBy(() -> {
                        try (RespConnection client =
                                RespConnection.open(URI.create(front.uri()), Duration.ofSeconds(5))) {
                            client.command("PING");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    private RespConnection connect() throws IOException {
        return RespConnection.open(URI.create(proxy.uri()), Duration.ofSeconds(10));
    }

    /** For replies that will never come. */
    private RespConnection impatient() throws IOException {
        return RespConnection.open(URI.create(proxy.uri()), Duration.ofMillis(300));
    }
}
