package dev.millrace.redis.internal;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.api.StatefulConnection;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The publisher's connection over Lettuce. Batches that come while it is being opened wait for it, in order, no longer than
 * their time-out; while it is lost, they are refused at once.
 */
final class LettuceAppender implements StreamAppender {

    private static final int HEADS_KEPT = 1_000;

    private final Wire wire;
    private final Losses losses = new Losses();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<AppendBatch> waiting = new ArrayDeque<>();
    private final Map<String, XAdd.Head> heads = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, XAdd.Head> eldest) {
            return size() > HEADS_KEPT;
        }
    };
    private @Nullable CompletableFuture<StatefulConnection<byte[], byte[]>> awaited;
    private @Nullable InFlight inFlight;

    LettuceAppender(Wire wire) {
        this.wire = wire;
    }

    @Override
    public CompletableFuture<List<AppendResult>> append(List<StreamAppend> appends, Sending sending) {
        lock.lock();
        try {
            AppendBatch batch = batch(appends, sending);
            if (batch.isBehindLoss()) {
                batch.withhold();
                return batch.future();
            }
            CompletableFuture<StatefulConnection<byte[], byte[]>> connection = wire.connection();
            if (waiting.isEmpty() && connection.isDone() && !connection.isCompletedExceptionally()) {
                send(batch, connection.join());
            } else {
                await(connection, batch);
            }
            if (wire.connector().cluster()) {
                var unused = batch.future().thenAccept(this::look);
            }
            endAfter(sending.timeout(), batch); // last: where everything is closed there is no timer any more
            return batch.future();
        } finally {
            lock.unlock();
        }
    }

    private AppendBatch batch(List<StreamAppend> appends, Sending sending) {
        Function<String, XAdd.Head> head = stream -> heads.computeIfAbsent(stream, XAdd.Head::of);
        return wire.connector().takesManyReplies() && !sending.atomic()
                ? AppendBatch.inOneCommand(appends, head, losses, sending)
                : AppendBatch.oneByOne(appends, head, losses, sending);
    }

    @Override
    public CompletableFuture<Void> ping(Duration timeout) {
        return Ping.over(wire, timeout);
    }

    @Override
    public void reconnect() {
        CompletableFuture<StatefulConnection<byte[], byte[]>> connection = wire.connection();
        if (connection.isDone() && !connection.isCompletedExceptionally()) {
            wire.drop(connection.join());
        }
    }

    @Override
    public long generation() {
        return losses.told();
    }

    /** What was sent over another connection, and has no answer yet, is lost before anything newer can pass it over this one. */
    private void send(AppendBatch batch, StatefulConnection<byte[], byte[]> connection) {
        InFlight current = inFlight;
        if (current == null || !current.isOver(connection)) {
            InFlight before = current;
            current = InFlight.over(connection, wire.connector().cluster());
            inFlight = current;
            if (before != null) {
                before.lose();
            }
        }
        current.add(batch);
        if (batch.isBehindLoss()) {
            batch.withhold();
        } else if (!reaches(connection, batch)) {
            // No loss, for which batches for other nodes would be withheld as well.
            batch.fail(new RedisFault(Kind.TRYAGAIN, "a node of the cluster is not connected yet"));
        } else {
            batch.dispatch(connection);
        }
    }

    private boolean reaches(StatefulConnection<byte[], byte[]> connection, AppendBatch batch) {
        Connector connector = wire.connector();
        return !connector.cluster() || batch.keys().stream().allMatch(key -> connector.reaches(connection, key));
    }

    private void look(List<AppendResult> results) {
        if (results.stream().anyMatch(LettuceAppender::hasMoved)) {
            wire.connector().moved();
        }
    }

    private static boolean hasMoved(AppendResult result) {
        RedisFault fault = result.fault();
        return fault != null && fault.kind() == Kind.MOVED;
    }

    /** One deadline a batch; a timer for each command would cost more than the command. */
    private void endAfter(Duration timeout, AppendBatch batch) {
        if (batch.future().isDone()) {
            return;
        }
        Timeout deadline = wire.connector()
                .timer()
                .newTimeout(fired -> expire(batch, timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
        var unused = batch.future().whenComplete((results, failure) -> deadline.cancel());
    }

    private void await(CompletableFuture<StatefulConnection<byte[], byte[]>> connection, AppendBatch batch) {
        waiting.add(batch);
        if (connection != awaited) {
            awaited = connection;
            var unused = connection.whenComplete(this::connected);
        }
    }

    private void connected(@Nullable StatefulConnection<byte[], byte[]> connection, @Nullable Throwable failure) {
        List<AppendBatch> batches;
        lock.lock();
        try {
            batches = new ArrayList<>(waiting);
            waiting.clear();
            awaited = null;
            if (connection != null) {
                batches.forEach(batch -> send(batch, connection));
            }
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            RedisFault fault = Faults.of(failure, false);
            batches.forEach(batch -> batch.fail(fault));
        }
    }

    /**
     * Later batches must not wait behind a connection that hangs. Without the lock: this is the thread of all time-outs, also of
     * those that whoever has the lock may wait for.
     */
    private void expire(AppendBatch batch, Duration timeout) {
        StatefulConnection<byte[], byte[]> connection =
                batch.expire(wire.connector().describe(), timeout.toMillis());
        if (connection != null) {
            wire.drop(connection);
        }
    }

    @Override
    public void close() {
        wire.close();
        lock.lock();
        try {
            List.copyOf(waiting).forEach(batch -> batch.fail(new RedisFault(Kind.CLOSED, "closed before it was sent")));
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }
}
