package dev.millrace.redis.internal;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** Arguments that end with many entry ids, which are written at once: hundreds of them, one by one, take longer than the rest. */
final class IdArgs extends CommandArgs<byte[], byte[]> {

    /** What stands around an id of up to 41 characters. */
    private static final int ROOM = 41 + 7;

    private final byte[] ids;
    private final int length;
    private final int count;

    IdArgs(List<StreamId> ids) {
        super(ByteArrayCodec.INSTANCE);
        byte[] into = new byte[ids.size() * ROOM];
        int at = 0;
        for (StreamId id : ids) {
            byte[] text = id.ascii();
            into[at++] = '$';
            if (text.length >= 10) {
                into[at++] = (byte) ('0' + text.length / 10);
            }
            into[at++] = (byte) ('0' + text.length % 10);
            at = end(into, at);
            System.arraycopy(text, 0, into, at, text.length);
            at = end(into, at + text.length);
        }
        this.ids = into;
        this.length = at;
        this.count = ids.size();
    }

    private static int end(byte[] into, int at) {
        into[at] = '\r';
        into[at + 1] = '\n';
        return at + 2;
    }

    @Override
    public int count() {
        return super.count() + count;
    }

    @Override
    public void encode(ByteBuf buf) {
        super.encode(buf);
        buf.writeBytes(ids, 0, length);
    }
}
