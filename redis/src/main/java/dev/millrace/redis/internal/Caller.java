package dev.millrace.redis.internal;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Sends a command and waits for its answer; every failure is a {@link RedisFaultException}. Thread-safe. */
final class Caller implements AutoCloseable {

    /** Connecting takes longer than a command, and whoever gave up would only begin again. */
    private static final Duration LEAST_FOR_CONNECTING = Duration.ofSeconds(2);

    private final Wire wire;
    private final Duration timeout;
    private final LongSupplier ticker = System::nanoTime;

    Caller(Wire wire, Duration timeout) {
        this.wire = wire;
        this.timeout = timeout;
    }

    /** Runs a script by its name, and by its text where Redis does not know it (yet, or no longer). */
    List<Object> script(Script script, List<byte[]> keys, List<byte[]> args) {
        try {
            return call(CommandType.EVALSHA, scriptArgs(script.sha(), keys, args));
        } catch (RedisFaultException e) {
            if (e.fault().kind() != Kind.NOSCRIPT) {
                throw e;
            }
            return call(CommandType.EVAL, scriptArgs(script.body(), keys, args));
        }
    }

    private static CommandArgs<byte[], byte[]> scriptArgs(byte[] script, List<byte[]> keys, List<byte[]> args) {
        return new PackedArgs(args).add(script).add(keys.size()).addKeys(keys);
    }

    /** The elements of the reply, or the one it consists of: Long, byte[], null, or again a list. */
    List<Object> call(CommandType type, CommandArgs<byte[], byte[]> args) {
        return call(new Call<>(type, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE), args), timeout);
    }

    <T> T call(Call<T> call, Duration answerWithin) {
        StatefulConnection<byte[], byte[]> connection = connection();
        connection.dispatch(call);
        return answer(call, connection, answerWithin);
    }

    StatefulConnection<byte[], byte[]> connection() {
        Duration limit = timeout.compareTo(LEAST_FOR_CONNECTING) < 0 ? LEAST_FOR_CONNECTING : timeout;
        try {
            return await(wire.connection(), limit);
        } catch (ExecutionException e) {
            throw new RedisFaultException(Faults.of(e, false), e.getCause());
        } catch (TimeoutException e) {
            throw Faults.exception(
                    Kind.NOT_CONNECTED,
                    "no connection to " + wire.connector().describe() + " within " + limit.toMillis() + " ms");
        }
    }

    <T> T answer(Call<T> call, StatefulConnection<byte[], byte[]> connection, Duration within) {
        try {
            return await(call, within);
        } catch (ExecutionException e) {
            throw new RedisFaultException(Faults.of(e, call.written()), e.getCause());
        } catch (TimeoutException e) {
            // Nobody would read the late answer, and whatever comes next would wait behind it.
            wire.drop(connection);
            throw Faults.exception(
                    Kind.TIMEOUT,
                    "no answer from " + wire.connector().describe() + " to " + call.getType() + " within "
                            + within.toMillis() + " ms");
        }
    }

    /** An interrupt must not make us lose an answer; it is kept for the caller, and the wait is short and bounded. */
    private <T> T await(CompletableFuture<T> future, Duration within) throws ExecutionException, TimeoutException {
        boolean interrupted = false;
        long deadline = ticker.getAsLong() + within.toNanos();
        try {
            while (true) {
                try {
                    return future.get(deadline - ticker.getAsLong(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (CancellationException e) {
                    throw new ExecutionException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
