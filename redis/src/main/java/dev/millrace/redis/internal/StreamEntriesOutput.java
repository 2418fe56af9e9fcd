package dev.millrace.redis.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to an XREADGROUP, without a map or a string for each field.
 *
 * <p>The answer is, for each stream in turn: its name, the number of entries, and for each its id and its fields; what lies
 * around these differs between RESP2 and RESP3, and is passed over.
 */
final class StreamEntriesOutput extends CommandOutput<byte[], byte[], Map<String, List<StreamEntry>>> {

    private static final int UNKNOWN = -1;

    private @Nullable List<StreamEntry> entries;
    private int entriesLeft = UNKNOWN;
    private @Nullable StreamId id;
    private @Nullable List<byte[]> fields;
    private List<byte[]> before = List.of();
    private int expected;

    StreamEntriesOutput() {
        super(ByteArrayCodec.INSTANCE, new LinkedHashMap<>());
    }

    @Override
    public void multi(int count) {
        if (entries == null) {
            return;
        }
        if (entriesLeft == UNKNOWN) {
            entriesLeft = Math.max(count, 0);
            finishStreamIfComplete();
            return;
        }
        if (id != null) {
            expected = count;
            fields = new ArrayList<>(Math.max(count, 0));
            finishEntryIfComplete();
        }
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
        if (entries == null) {
            if (bytes != null) {
                entries = new ArrayList<>();
                get().put(UTF_8.decode(bytes).toString(), entries);
            }
        } else if (id == null) {
            id = bytes == null ? null : StreamId.read(bytes);
        } else if (fields == null) {
            // nil in the place of the fields: the entry is gone from the stream
            fields = List.of();
            expected = 0;
            finishEntryIfComplete();
        } else {
            fields.add(field(bytes, fields.size()));
            finishEntryIfComplete();
        }
    }

    /** A field's name is the same array as in the entry before, where it is the same name: nearly always. */
    private byte[] field(@Nullable ByteBuffer bytes, int place) {
        if (bytes == null) {
            return new byte[0];
        }
        if (place % 2 == 0 && place < before.size() && bytes.equals(ByteBuffer.wrap(before.get(place)))) {
            return before.get(place);
        }
        byte[] field = new byte[bytes.remaining()];
        bytes.get(field);
        return field;
    }

    private void finishEntryIfComplete() {
        if (entries != null && id != null && fields != null && fields.size() >= expected) {
            entries.add(new StreamEntry(id, fields, 1));
            before = fields;
            id = null;
            fields = null;
            entriesLeft--;
            finishStreamIfComplete();
        }
    }

    private void finishStreamIfComplete() {
        if (entriesLeft == 0) {
            entries = null;
            entriesLeft = UNKNOWN;
        }
    }
}
