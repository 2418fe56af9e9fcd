package dev.millrace.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks RESP2, one command at a time; for one thread.
 *
 * <p>Replies: simple string = {@link String}, integer = {@link Long}, bulk = {@code byte[]}, nil = null, array = {@link
 * List}; an error inside an array is a {@link RedisReplyException} element, one at the top is thrown.
 */
final class RespConnection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private RespConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    /** Connects, authenticates and selects the database as the URI says ({@code redis://} or {@code rediss://}). */
    static RespConnection open(URI uri, Duration replyTimeout) throws IOException {
        Socket socket = new Socket();
        try {
            int port = uri.getPort() < 0 ? 6379 : uri.getPort();
            socket.connect(new InetSocketAddress(uri.getHost(), port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(Math.toIntExact(replyTimeout.toMillis()));
            if ("rediss".equals(uri.getScheme())) {
                SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
                SSLSocket secured = (SSLSocket) tls.createSocket(socket, uri.getHost(), port, true);
                socket = secured;
                secured.startHandshake();
            }
            RespConnection connection = new RespConnection(socket);
            connection.introduce(uri);
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void introduce(URI uri) throws IOException {
        String userInfo = uri.getUserInfo();
        if (userInfo != null && !userInfo.isEmpty()) {
            int colon = userInfo.indexOf(':');
            if (colon <= 0) {
                command("AUTH", userInfo.substring(colon + 1));
            } else {
                command("AUTH", userInfo.substring(0, colon), userInfo.substring(colon + 1));
            }
        }
        String path = uri.getPath();
        if (path != null && path.length() > 1) {
            command("SELECT", path.substring(1));
        }
    }

    @Nullable
    Object command(String... words) throws IOException {
        byte[][] parts = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            parts[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return command(parts);
    }

    @Nullable
    Object command(byte[]... parts) throws IOException {
        out.write(ascii("*" + parts.length + "\r\n"));
        for (byte[] part : parts) {
            out.write(ascii("$" + part.length + "\r\n"));
            out.write(part);
            out.write('\r');
            out.write('\n');
        }
        out.flush();
        Object reply = read();
        if (reply instanceof RedisReplyException error) {
            throw error;
        }
        return reply;
    }

    private @Nullable Object read() throws IOException {
        String line = readLine();
        if (line.isEmpty()) {
            throw new IOException("Not a Redis server: it answered with an empty line");
        }
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> new RedisReplyException(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> readBulk(Integer.parseInt(rest));
            case '*' -> readArray(Integer.parseInt(rest));
            default -> throw new IOException("Not a RESP2 reply: " + line);
        };
    }

    private byte @Nullable [] readBulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        in.skipNBytes(2);
        return bytes;
    }

    private @Nullable List<@Nullable Object> readArray(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> elements = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            elements.add(read());
        }
        return elements;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        InputStream bytes = in;
        for (int b = bytes.read(); b != '\r'; b = bytes.read()) {
            if (b < 0) {
                throw new EOFException("Redis closed the connection");
            }
            line.append((char) b);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Renders a reply as {@code redis-cli --raw} prints it: one line an element, nested arrays flattened, nil empty. */
    static String render(@Nullable Object reply) {
        if (reply == null) {
            return "";
        }
        if (reply instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (reply instanceof List<?> elements) {
            List<String> lines = new ArrayList<>(elements.size());
            for (Object element : elements) {
                lines.add(render(element));
            }
            return String.join("\n", lines);
        }
        return reply instanceof RedisReplyException error ? String.valueOf(error.getMessage()) : reply.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
