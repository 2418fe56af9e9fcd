package dev.millrace.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds a free loopback port below the range that systems hand out for outgoing connections, so that nobody takes it
 * while its owner is killed, restarted or refusing.
 */
final class FreePort {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;

    private FreePort() {}

    static int find() {
        for (int i = 0; i < 200; i++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            if (isFree(port)) {
                return port;
            }
        }
        throw new RedisStartException("No free port between " + FROM + " and " + TO + " on 127.0.0.1");
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
