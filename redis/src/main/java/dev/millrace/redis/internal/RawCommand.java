package dev.millrace.redis.internal;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A command of a batch that writes its own bytes; command and output in one object, since an event costs one of them.
 *
 * <p>Confined to the connection's I/O thread once dispatched; that the answer is taken once is the batch's business.
 */
abstract class RawCommand extends CommandOutput<byte[], byte[], @Nullable String>
        implements RedisCommand<byte[], byte[], @Nullable String> {

    private final CommandArgs<byte[], byte[]> key;
    private volatile boolean written;

    /**
     * Not sent yet.
     *
     * @param key by which a cluster connection finds the node
     */
    RawCommand(CommandArgs<byte[], byte[]> key) {
        super(ByteArrayCodec.INSTANCE, null);
        this.key = key;
    }

    abstract void write(ByteBuf buf);

    /** It will not be answered any more. */
    abstract boolean failed(RedisFault fault);

    @Override
    public final void encode(ByteBuf buf) {
        written = true;
        write(buf);
    }

    /** Whether it was handed to the network. */
    final boolean written() {
        return written;
    }

    @Override
    public final boolean completeExceptionally(Throwable failure) {
        return failed(Faults.of(failure, written));
    }

    @Override
    public final void cancel() {
        boolean unused = failed(new RedisFault(
                written ? RedisFault.Kind.CONNECTION_LOST : RedisFault.Kind.NOT_CONNECTED, "connection closed"));
    }

    @Override
    public final boolean isCancelled() {
        return false;
    }

    @Override
    public final CommandOutput<byte[], byte[], @Nullable String> getOutput() {
        return this;
    }

    @Override
    public final void setOutput(CommandOutput<byte[], byte[], @Nullable String> output) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final CommandArgs<byte[], byte[]> getArgs() {
        return key;
    }

    /** The same for all, also for those around a transaction: Lettuce does things of its own with MULTI and EXEC. */
    @Override
    public final ProtocolKeyword getType() {
        return CommandType.XADD;
    }
}
