package dev.millrace.redis.internal;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandType;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One question over a wire whether the server still answers; on a cluster, one of its nodes. Without waiting. */
final class Ping {

    private final Wire wire;
    private final Duration timeout;
    private final CompletableFuture<Void> answer = new CompletableFuture<>();

    private Ping(Wire wire, Duration timeout) {
        this.wire = wire;
        this.timeout = timeout;
    }

    /** Ends with a {@link RedisFaultException} if there was no answer in time; a connection that hangs is dropped. */
    static CompletableFuture<Void> over(Wire wire, Duration timeout) {
        return new Ping(wire, timeout).send();
    }

    private CompletableFuture<Void> send() {
        CompletableFuture<StatefulConnection<byte[], byte[]>> connection = wire.connection();
        Timeout deadline = wire.connector()
                .timer()
                .newTimeout(fired -> expire(connection), timeout.toNanos(), TimeUnit.NANOSECONDS);
        var unused = answer.whenComplete((nothing, failure) -> deadline.cancel());
        var ignored = connection.whenComplete(this::connected);
        return answer;
    }

    private void connected(@Nullable StatefulConnection<byte[], byte[]> connection, @Nullable Throwable failure) {
        if (connection == null) {
            fail(Faults.of(failure == null ? new IllegalStateException("no connection") : failure, false));
            return;
        }
        Call<String> call = new Call<>(CommandType.PING, new StatusOutput<>(ByteArrayCodec.INSTANCE), Call.args());
        var unused = call.whenComplete((pong, refusal) -> {
            if (refusal == null) {
                answer.complete(null);
            } else {
                fail(Faults.of(refusal, call.written()));
            }
        });
        try {
            connection.dispatch(call);
        } catch (RuntimeException e) {
            fail(Faults.of(e, false));
        }
    }

    private void expire(CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
        boolean sent = connection.isDone() && !connection.isCompletedExceptionally();
        String what = sent ? "no answer from " : "no connection to ";
        fail(new RedisFault(
                sent ? Kind.TIMEOUT : Kind.NOT_CONNECTED,
                what + wire.connector().describe() + " within " + timeout.toMillis() + " ms"));
        if (sent) {
            wire.drop(connection.join());
        }
    }

    private void fail(RedisFault fault) {
        answer.completeExceptionally(new RedisFaultException(fault, null));
    }
}
