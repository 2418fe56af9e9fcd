package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on 127.0.0.1 in front of a server, which loses, delays, cuts and refuses on command. Thread-safe.
 *
 * <p>Faults hold for the connections that are open and for those to come, until {@link #heal()}.
 */
public final class TcpProxy implements AutoCloseable {
    private final String uri;
    private final FreePort reservation;
    private final int port;
    private final Faults faults = new Faults();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress target;
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;
    private boolean closed;

    private TcpProxy(URI target) {
        this.target = addressOf(target);
        this.reservation = FreePort.reserve();
        this.port = reservation.number();
        String userInfo = target.getRawUserInfo() == null ? "" : target.getRawUserInfo() + "@";
        this.uri = target.getScheme() + "://" + userInfo + "127.0.0.1:" + port + target.getRawPath();
        listen();
    }

    /** A proxy in front of this server. */
    public static TcpProxy inFrontOf(RedisServer server) {
        return inFrontOf(server.uri());
    }

    /** A proxy in front of the server with this URI, e.g. {@code redis://127.0.0.1:6379}. */
    public static TcpProxy inFrontOf(String uri) {
        return new TcpProxy(URI.create(uri));
    }

    private static InetSocketAddress addressOf(URI uri) {
        return new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 6379 : uri.getPort());
    }

    /** From now on this server is behind it, as after a failover: open connections are reset, new ones lead there. */
    public void redirectTo(RedisServer server) {
        target = addressOf(URI.create(server.uri()));
        reset();
    }

    /** The first target's URI with this proxy's host and port in it. */
    public String uri() {
        return uri;
    }

    /** The port that the proxy listens on; the same all its life. */
    public int port() {
        return port;
    }

    /** How many clients are connected now. */
    public int connections() {
        return (int) connections.stream().filter(ProxiedConnection::isOpen).count();
    }

    /** From now on the server does what it is asked, and its answers are lost. */
    public void dropReplies() {
        faults.dropReplies();
    }

    /** From now on nothing that clients send arrives. */
    public void dropRequests() {
        faults.dropRequests();
    }

    /** From now on each piece of data waits this long, in both directions. */
    public void delay(Duration delay) {
        faults.delay(delay);
    }

    /**
     * Lets this many further RESP replies through, all connections together, and resets the connection at the next: the
     * server has done what it was asked, and the client sees answers to the first few only.
     */
    public void resetAfterReplies(int replies) {
        faults.resetAfterReplies(replies);
    }

    /** Lets this many further bytes of replies through, all connections together, and then resets the connection. */
    public void resetAfterReplyBytes(long bytes) {
        faults.resetAfterReplyBytes(bytes);
    }

    /** From now on nobody listens on the port: new connections are refused. Open ones stay. */
    public synchronized void refuse() {
        stopListening();
    }

    /** Ends all open connections in good order (FIN). New ones are accepted, unless refused. */
    public void cut() {
        connections.forEach(ProxiedConnection::cut);
    }

    /** Breaks all open connections (RST). New ones are accepted, unless refused. */
    public void reset() {
        connections.forEach(ProxiedConnection::reset);
    }

    /**
     * Ends all faults. Connections that have lost data are reset: their answers would no longer match their questions.
     */
    public synchronized void heal() {
        faults.heal();
        connections.stream().filter(ProxiedConnection::hasLostData).forEach(ProxiedConnection::reset);
        if (listener == null && !closed) {
            listen();
        }
    }

    private synchronized void listen() {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Thread thread = new Thread(() -> acceptAll(socket), "millrace-proxy-" + port);
            thread.setDaemon(true);
            thread.start();
            listener = socket;
            acceptor = thread;
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy cannot listen on 127.0.0.1:" + port, e);
        }
    }

    private void acceptAll(ServerSocket socket) {
        try {
            while (true) {
                connect(socket.accept());
            }
        } catch (IOException e) {
            // closed by refuse() or close()
        }
    }

    /** A client whose server is not there is reset at once. */
    private void connect(Socket client) {
        // Not by themselves when they end: close() must find the threads that are still ending.
        connections.removeIf(ProxiedConnection::isGone);
        Socket server = new Socket();
        ProxiedConnection connection = new ProxiedConnection(client, server, faults, connections::remove);
        connections.add(connection);
        try {
            server.connect(target, 2_000);
            connection.start("millrace-proxy-" + port);
        } catch (IOException e) {
            connection.reset();
        }
    }

    private void stopListening() {
        ServerSocket socket = listener;
        Thread thread = acceptor;
        listener = null;
        acceptor = null;
        if (socket == null || thread == null) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy cannot stop listening on 127.0.0.1:" + port, e);
        }
        ProxiedConnection.join(thread);
    }

    /** Breaks all connections; returns when no thread of the proxy is left. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        stopListening();
        for (ProxiedConnection connection : connections) {
            connection.reset();
            connection.threads().forEach(ProxiedConnection::join);
        }
        reservation.close();
    }
}
