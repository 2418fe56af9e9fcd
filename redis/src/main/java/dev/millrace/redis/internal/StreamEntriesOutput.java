package dev.millrace.redis.internal;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to an XREADGROUP of one stream, without a map or a string for each field.
 *
 * <p>The answer is, in turn: the stream's name, the number of entries, and for each its id and its fields; what lies around
 * these differs between RESP2 and RESP3, and is passed over.
 */
final class StreamEntriesOutput extends CommandOutput<byte[], byte[], List<StreamEntry>> {

    private boolean streamSeen;
    private boolean entriesSeen;
    private @Nullable StreamId id;
    private @Nullable List<byte[]> fields;
    private int expected;

    StreamEntriesOutput() {
        super(ByteArrayCodec.INSTANCE, new ArrayList<>());
    }

    @Override
    public void multi(int count) {
        if (!streamSeen) {
            return;
        }
        if (!entriesSeen) {
            entriesSeen = true;
            return;
        }
        if (id != null) {
            expected = count;
            fields = new ArrayList<>(Math.max(count, 0));
            finishIfComplete();
        }
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
        if (!streamSeen) {
            streamSeen = bytes != null;
        } else if (id == null) {
            id = bytes == null ? null : StreamId.parse(decodeString(bytes));
        } else if (fields == null) {
            // nil in the place of the fields: the entry is gone from the stream
            fields = List.of();
            expected = 0;
            finishIfComplete();
        } else {
            byte[] field = new byte[bytes == null ? 0 : bytes.remaining()];
            if (bytes != null) {
                bytes.get(field);
            }
            fields.add(field);
            finishIfComplete();
        }
    }

    private void finishIfComplete() {
        if (id != null && fields != null && fields.size() >= expected) {
            get().add(new StreamEntry(id, fields, 1));
            id = null;
            fields = null;
        }
    }
}
