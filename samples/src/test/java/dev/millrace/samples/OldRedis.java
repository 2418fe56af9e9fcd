package dev.millrace.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Greets as a Redis of some version does, and can do nothing else: such an old one cannot be had. */
final class OldRedis implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final String version;

    OldRedis(String version) throws IOException {
        this.version = version;
        Thread accepting = new Thread(this::accept, "old-redis");
        accepting.setDaemon(true);
        accepting.start();
    }

    String uri() {
        return "redis://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread talking = new Thread(() -> talk(socket), "old-redis-connection");
                talking.setDaemon(true);
                talking.start();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void talk(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> words = new ArrayList<>();
                for (int left = Integer.parseInt(line.substring(1)) * 2; left > 0; left--) {
                    words.add(in.readLine());
                }
                // The first is the length of the second, which is the command.
                String reply = reply(words.get(1).toUpperCase(Locale.ROOT));
                socket.getOutputStream().write(reply.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException closed) {
            // The client has gone.
        }
    }

    private String reply(String command) {
        return switch (command) {
            case "INFO" -> {
                String info = "# Server\r\nredis_version:" + version + "\r\nredis_mode:standalone\r\n";
                yield "$" + info.length() + "\r\n" + info + "\r\n";
            }
            case "HELLO" -> "-ERR unknown command 'HELLO'\r\n";
            case "PING" -> "+PONG\r\n";
            default -> "+OK\r\n";
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
