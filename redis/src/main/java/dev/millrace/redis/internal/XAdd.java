package dev.millrace.redis.internal;

import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One {@code XADD stream * data …}, or {@code … header … body …}, of a batch. */
final class XAdd extends RawCommand {

    private static final int CRLF = '\r' << Byte.SIZE | '\n';

    /** The most bytes of a value's length and line ends. */
    private static final int AROUND = 16;

    private static final byte[] BODY = "$4\r\nbody\r\n$".getBytes(StandardCharsets.US_ASCII);

    private final Head head;
    private final StreamAppend append;
    private final AppendBatch batch;
    private final int index;
    private @Nullable RedisFault moved;

    XAdd(Head head, StreamAppend append, AppendBatch batch, int index) {
        super(head.key);
        this.head = head;
        this.append = append;
        this.batch = batch;
        this.index = index;
    }

    /**
     * What all commands for one stream begin with, as bytes, up to the first value's length: with one field, and with two;
     * and the key, by which a cluster connection finds the node.
     */
    record Head(byte[] bytes, byte[] split, CommandArgs<byte[], byte[]> key) {

        static Head of(String stream) {
            byte[] name = stream.getBytes(StandardCharsets.UTF_8);
            return new Head(
                    head("*5", name, "$4\r\ndata"),
                    head("*7", name, "$6\r\nheader"),
                    Call.args().addKey(name));
        }

        /** The whole command. */
        void write(StreamAppend append, ByteBuf buf) {
            byte[] header = append.header();
            if (header == null) {
                buf.writeBytes(bytes);
            } else {
                buf.writeBytes(split);
                writeValue(buf, header);
                buf.writeBytes(BODY);
            }
            writeValue(buf, append.data());
        }

        private static byte[] head(String parts, byte[] name, String field) {
            byte[] before = (parts + "\r\n$4\r\nXADD\r\n$" + name.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
            byte[] after = ("\r\n$1\r\n*\r\n" + field + "\r\n$").getBytes(StandardCharsets.US_ASCII);
            byte[] bytes = Arrays.copyOf(before, before.length + name.length + after.length);
            System.arraycopy(name, 0, bytes, before.length, name.length);
            System.arraycopy(after, 0, bytes, before.length + name.length, after.length);
            return bytes;
        }
    }

    @Override
    void write(ByteBuf buf) {
        head.write(append, buf);
    }

    private static void writeValue(ByteBuf buf, byte[] value) {
        buf.ensureWritable(value.length + AROUND);
        writeDecimal(buf, value.length);
        buf.writeShort(CRLF).writeBytes(value).writeShort(CRLF);
    }

    /** From its end, for a division by ten costs no division. */
    private static void writeDecimal(ByteBuf buf, int number) {
        int end = buf.writerIndex() + 1;
        for (int rest = number; rest >= 10; rest /= 10) {
            end++;
        }
        int rest = number;
        for (int at = end - 1; at >= buf.writerIndex(); at--) {
            buf.setByte(at, '0' + rest % 10);
            rest /= 10;
        }
        buf.writerIndex(end);
    }

    @Override
    public void set(@Nullable ByteBuffer id) {
        output = id == null ? null : StandardCharsets.US_ASCII.decode(id).toString();
    }

    /**
     * Kept from Lettuce, which would send this append alone to the node that is named: out of its transaction, and past those
     * that are on their way here. All of them are sent again, in order.
     */
    @Override
    public void setError(ByteBuffer error) {
        moved = moved(error, batch.isAtomic());
        if (moved == null) {
            super.setError(error);
        }
    }

    /** Null if the error does not say that the key is another node's. */
    static @Nullable RedisFault moved(ByteBuffer error, boolean atomic) {
        String text = StandardCharsets.UTF_8.decode(error.duplicate()).toString();
        return text.startsWith("MOVED ") || (atomic && text.startsWith("ASK ")) ? Faults.reply(text) : null;
    }

    /** In a transaction the answer comes with its end, and Lettuce drops QUEUED; but what has an id is stored. */
    @Override
    public void complete() {
        if (moved != null) {
            batch.refused(index, moved);
        } else if (hasError()) {
            batch.refused(index, Faults.reply(getError()));
        } else if (get() != null || !batch.isAtomic()) {
            batch.stored(index, String.valueOf(get()));
        }
    }

    @Override
    boolean failed(RedisFault fault) {
        return batch.failed(index, fault);
    }

    /** Lettuce asks before it writes, and leaves out what is done. */
    @Override
    public boolean isDone() {
        return batch.answered(index) || (!written() && batch.withheld(index));
    }
}
