package dev.millrace.redis.internal;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection, opened when it is first asked for, and again after it was dropped or could not be opened. Thread-safe.
 *
 * <p>Short losses are mended by Lettuce underneath; dropping is for a connection that hangs.
 */
final class Wire implements AutoCloseable {

    private final Connector connector;
    private final String purpose;
    private final Consumer<Wire> onClose;
    private @Nullable CompletableFuture<StatefulConnection<byte[], byte[]>> current;
    private boolean closed;

    Wire(Connector connector, String purpose, Consumer<Wire> onClose) {
        this.onClose = onClose;
        this.connector = connector;
        this.purpose = purpose;
    }

    Connector connector() {
        return connector;
    }

    /** The connection, or the attempt to open it that is under way. */
    synchronized CompletableFuture<StatefulConnection<byte[], byte[]>> connection() {
        if (closed) {
            return CompletableFuture.failedFuture(
                    Faults.exception(Kind.CLOSED, "the connection to " + connector.describe() + " is closed"));
        }
        if (current == null || current.isCompletedExceptionally()) {
            current = open();
        }
        return current;
    }

    /** Lettuce's way of connecting blocks (it may have to look for a master first), hence the thread. */
    private CompletableFuture<StatefulConnection<byte[], byte[]>> open() {
        CompletableFuture<StatefulConnection<byte[], byte[]>> opening = new CompletableFuture<>();
        Thread thread = new Thread(() -> openInto(opening), "millrace-connect-" + purpose);
        thread.setDaemon(true);
        thread.start();
        return opening;
    }

    private void openInto(CompletableFuture<StatefulConnection<byte[], byte[]>> opening) {
        try {
            StatefulConnection<byte[], byte[]> connection = connector.connect();
            boolean wanted = opening.complete(connection);
            if (!wanted) {
                var unused = connection.closeAsync();
            }
        } catch (Throwable e) {
            opening.completeExceptionally(e);
        }
    }

    /** Gives this connection up; the next one who asks gets a new one. What is in flight on it fails. */
    void drop(StatefulConnection<byte[], byte[]> connection) {
        synchronized (this) {
            if (current != null
                    && current.isDone()
                    && !current.isCompletedExceptionally()
                    && current.join() == connection) {
                current = null;
            }
        }
        var unused = connection.closeAsync();
    }

    @Override
    public void close() {
        CompletableFuture<StatefulConnection<byte[], byte[]>> last;
        synchronized (this) {
            closed = true;
            last = current;
            current = null;
        }
        onClose.accept(this);
        if (last == null) {
            return;
        }
        last.completeExceptionally(Faults.exception(Kind.CLOSED, "closed while connecting"));
        if (!last.isCompletedExceptionally()) {
            last.join().close();
        }
    }
}
