package dev.millrace.testkit;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A client's connection through the proxy: one thread a direction. Thread-safe. */
final class ProxiedConnection {
    private static final int JOIN_MILLIS = 5_000;

    private final Socket client;
    private final Socket server;
    private final Faults faults;
    private final Consumer<ProxiedConnection> onEnd;
    private final List<Thread> pumps = new ArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean cut;
    private volatile boolean lostData;

    ProxiedConnection(Socket client, Socket server, Faults faults, Consumer<ProxiedConnection> onEnd) {
        this.client = client;
        this.server = server;
        this.faults = faults;
        this.onEnd = onEnd;
    }

    synchronized void start(String name) throws IOException {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        running.set(2);
        pumps.add(new Thread(() -> run(this::pumpRequests), name + "-requests"));
        pumps.add(new Thread(() -> run(this::pumpReplies), name + "-replies"));
        for (Thread pump : pumps) {
            pump.setDaemon(true);
            pump.start();
        }
    }

    private void run(Pump pump) {
        try {
            pump.run();
        } catch (IOException e) {
            // whatever broke one side breaks the other
            reset();
        } finally {
            if (running.decrementAndGet() == 0) {
                closeBoth();
            }
        }
    }

    private void pumpRequests() throws IOException {
        byte[] buffer = new byte[16_384];
        boolean lost = false;
        for (int n = client.getInputStream().read(buffer);
                n >= 0;
                n = client.getInputStream().read(buffer)) {
            delay();
            lost |= cut || faults.dropsRequests();
            if (lost) {
                noteLoss(faults.dropsRequests());
            } else {
                server.getOutputStream().write(buffer, 0, n);
            }
        }
        finish(server);
    }

    private void pumpReplies() throws IOException {
        byte[] buffer = new byte[16_384];
        RespReplies parser = new RespReplies();
        boolean lost = false;
        for (int n = server.getInputStream().read(buffer);
                n >= 0;
                n = server.getInputStream().read(buffer)) {
            delay();
            lost |= cut || faults.dropsReplies();
            if (lost) {
                noteLoss(faults.dropsReplies());
                continue;
            }
            int admitted = faults.admit(parser, buffer, n);
            client.getOutputStream().write(buffer, 0, admitted);
            if (admitted < n) {
                reset();
                return;
            }
        }
        finish(client);
    }

    /**
     * What follows a loss is lost as well: a proxy that is being healed takes a while to reset us. One that was healed
     * between our look at its faults and this note has not seen that it must.
     */
    private void noteLoss(boolean stillLosing) {
        lostData = true;
        if (!cut && !stillLosing) {
            reset();
        }
    }

    private void delay() {
        long nanos = faults.delayNanos();
        if (nanos > 0) {
            LockSupport.parkNanos(nanos);
        }
    }

    boolean hasLostData() {
        return lostData;
    }

    /** FIN in both directions; what still comes is drained and lost, since closing on unread data would send RST. */
    void cut() {
        cut = true;
        try {
            finish(client);
            finish(server);
        } catch (IOException e) {
            reset();
        }
    }

    private static void finish(Socket socket) throws IOException {
        if (!socket.isClosed() && !socket.isOutputShutdown()) {
            socket.shutdownOutput();
        }
    }

    /** RST in both directions. */
    synchronized void reset() {
        try {
            client.setSoLinger(true, 0);
            server.setSoLinger(true, 0);
        } catch (IOException e) {
            // already closed
        }
        closeBoth();
        pumps.forEach(LockSupport::unpark);
        if (pumps.isEmpty()) {
            onEnd.accept(this);
        }
    }

    private void closeBoth() {
        for (Socket socket : List.of(client, server)) {
            try {
                socket.close();
            } catch (IOException e) {
                // nothing more to do for it
            }
        }
    }

    boolean isOpen() {
        return running.get() > 0;
    }

    /** Whether nothing of it is left, not even a thread that is about to end. */
    boolean isGone() {
        return !isOpen() && threads().stream().noneMatch(Thread::isAlive);
    }

    synchronized List<Thread> threads() {
        return List.copyOf(pumps);
    }

    static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One direction. */
    @FunctionalInterface
    private interface Pump {
        void run() throws IOException;
    }
}
