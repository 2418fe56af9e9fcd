package dev.millrace.redis.internal;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Arguments that end with many short ones, which are written at once: hundreds of them, one by one, keep the I/O thread longer
 * than the rest of the command.
 */
final class PackedArgs extends CommandArgs<byte[], byte[]> {

    /** What stands around an argument: the sign, up to ten digits, and two line ends. */
    private static final int AROUND = 15;

    private final byte[] packed;
    private final int count;
    private int length;

    /** @param last what stands after all that is added by Lettuce's methods */
    PackedArgs(List<byte[]> last) {
        super(ByteArrayCodec.INSTANCE);
        int room = 0;
        for (byte[] arg : last) {
            room += arg.length + AROUND;
        }
        packed = new byte[room];
        count = last.size();
        for (byte[] arg : last) {
            pack(arg);
        }
    }

    private void pack(byte[] arg) {
        packed[length++] = '$';
        int scale = 1;
        while (arg.length / scale >= 10) {
            scale *= 10;
        }
        for (; scale > 0; scale /= 10) {
            packed[length++] = (byte) ('0' + arg.length / scale % 10);
        }
        endLine();
        System.arraycopy(arg, 0, packed, length, arg.length);
        length += arg.length;
        endLine();
    }

    private void endLine() {
        packed[length++] = '\r';
        packed[length++] = '\n';
    }

    @Override
    public int count() {
        return super.count() + count;
    }

    @Override
    public void encode(ByteBuf buf) {
        super.encode(buf);
        buf.writeBytes(packed, 0, length);
    }
}
