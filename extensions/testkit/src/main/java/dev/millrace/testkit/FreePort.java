package dev.millrace.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Finds a free loopback port below the range that systems hand out for outgoing connections, so that nobody takes it
 * while its owner is killed, restarted or refusing.
 */
final class FreePort implements AutoCloseable {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;

    private final DatagramSocket reservation;

    private FreePort(DatagramSocket reservation) {
        this.reservation = reservation;
    }

    static int find() {
        try (FreePort port = reserve()) {
            return port.number();
        }
    }

    /** Until it is closed, nobody who asks here gets the port, in no process, even while nobody listens on it. */
    static FreePort reserve() {
        for (int i = 0; i < 200; i++) {
            DatagramSocket reservation = reserve(ThreadLocalRandom.current().nextInt(FROM, TO));
            if (reservation != null) {
                return new FreePort(reservation);
            }
        }
        throw new RedisStartException("No free port between " + FROM + " and " + TO + " on 127.0.0.1");
    }

    /** What stands for the reservation is the UDP port of the same number, which nobody uses; null if the port is taken. */
    private static @Nullable DatagramSocket reserve(int number) {
        try {
            return isFree(number) ? new DatagramSocket(number, InetAddress.getLoopbackAddress()) : null;
        } catch (SocketException e) {
            return null;
        }
    }

    int number() {
        return reservation.getLocalPort();
    }

    @Override
    public void close() {
        reservation.close();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
