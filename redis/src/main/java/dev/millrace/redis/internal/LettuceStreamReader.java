package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@link StreamReader} over one Lettuce connection.
 *
 * <p>Each blocking read asks for the connection's id in the same flight (it changes with every reconnect), so that another
 * connection can end it.
 */
final class LettuceStreamReader implements StreamReader {

    private static final long UNBLOCK_AGAIN_MILLIS = 10;

    private final Wire wire;
    private final Wire commands;
    private final Caller caller;
    private final byte[] group;
    private final byte[] consumer;
    private final Duration margin;
    private @Nullable Long blockedClient;
    private boolean waiting;
    private boolean unblock;
    private volatile boolean closed;

    /** @param commands the connection on which a blocked read is ended */
    LettuceStreamReader(Wire wire, Wire commands, GroupOptions options) {
        this.wire = wire;
        this.commands = commands;
        this.caller = new Caller(wire, options.commandTimeout());
        this.group = bytes(options.group());
        this.consumer = bytes(options.consumer());
        this.margin = options.commandTimeout();
    }

    @Override
    public Answer begin(List<String> streams, int count, Duration block) {
        StatefulConnection<byte[], byte[]> connection = caller.connection();
        boolean blocking = !block.isZero() && begin();
        Call<Map<String, List<StreamEntry>>> read = new Call<>(
                CommandType.XREADGROUP, new StreamEntriesOutput(), arguments(streams, count, blocking ? block : null));
        if (blocking && !wire.connector().cluster()) {
            connection.dispatch(List.of(whoAmI(), read));
        } else {
            connection.dispatch(read);
        }
        Duration within = blocking ? block.plus(margin) : margin;
        return () -> answer(read, connection, within);
    }

    private <T> T answer(Call<T> read, StatefulConnection<byte[], byte[]> connection, Duration within) {
        try {
            return caller.answer(read, connection, within);
        } catch (RedisFaultException e) {
            throw closed ? Faults.exception(Kind.CLOSED, "closed while reading") : e;
        } finally {
            end();
        }
    }

    private CommandArgs<byte[], byte[]> arguments(List<String> streams, int count, @Nullable Duration block) {
        CommandArgs<byte[], byte[]> args =
                Call.args().add("GROUP").add(group).add(consumer).add("COUNT").add(count);
        if (block != null) {
            args.add("BLOCK").add(Math.max(1, block.toMillis()));
        }
        args.add("STREAMS");
        streams.forEach(stream -> args.addKey(bytes(stream)));
        streams.forEach(stream -> args.add(">"));
        return args;
    }

    /** Whether the read may block: not if somebody wanted it ended before it began. */
    private synchronized boolean begin() {
        boolean mayBlock = !unblock;
        unblock = false;
        waiting = mayBlock;
        return mayBlock;
    }

    /** What was asked of this read is not asked of the next one. */
    private synchronized void end() {
        if (waiting) {
            unblock = false;
        }
        waiting = false;
        blockedClient = null;
    }

    private Call<Long> whoAmI() {
        Call<Long> call = new Call<>(
                CommandType.CLIENT,
                new IntegerOutput<>(ByteArrayCodec.INSTANCE),
                Call.args().add("ID"));
        var unused = call.thenAccept(this::blocked);
        return call;
    }

    private synchronized void blocked(Long client) {
        if (waiting) {
            blockedClient = client;
            if (unblock) {
                sendUnblock(client);
            }
        }
    }

    @Override
    public synchronized void unblock() {
        unblock = true;
        if (waiting && blockedClient != null) {
            sendUnblock(blockedClient);
        }
    }

    private void sendUnblock(Long client) {
        var unused = commands.connection()
                .thenCompose(connection -> {
                    Call<Long> call = new Call<>(
                            CommandType.CLIENT,
                            new IntegerOutput<>(ByteArrayCodec.INSTANCE),
                            Call.args().add("UNBLOCK").add(client));
                    connection.dispatch(call);
                    return call;
                })
                .whenComplete((ended, failure) -> unblocked(client, ended));
    }

    /** If the read had not reached Redis yet, or Redis could not be told, the read still waits: once more. */
    private synchronized void unblocked(Long client, @Nullable Long ended) {
        boolean done = ended != null && ended == 1;
        if (!done && waiting && unblock && !closed && client.equals(blockedClient)) {
            var unused = commands.connector()
                    .timer()
                    .newTimeout(fired -> unblockAgain(client), UNBLOCK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void unblockAgain(Long client) {
        if (waiting && unblock && client.equals(blockedClient)) {
            sendUnblock(client);
        }
    }

    @Override
    public void close() {
        closed = true;
        caller.close();
    }
}
