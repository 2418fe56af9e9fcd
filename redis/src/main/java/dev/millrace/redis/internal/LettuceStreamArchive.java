package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.fields;
import static dev.millrace.redis.internal.Replies.id;
import static dev.millrace.redis.internal.Replies.list;
import static dev.millrace.redis.internal.Replies.number;
import static dev.millrace.redis.internal.Replies.text;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A {@link StreamArchive} over one Lettuce connection. */
final class LettuceStreamArchive implements StreamArchive {

    private static final int MOST_A_CALL = 1_000;

    /** How long a move that was cut off between two slots is remembered. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final Caller caller;
    private final boolean cluster;

    LettuceStreamArchive(Wire wire, Duration commandTimeout) {
        this.caller = new Caller(wire, commandTimeout);
        this.cluster = wire.connector().cluster();
    }

    Caller caller() {
        return caller;
    }

    @Override
    public List<StreamEntry> range(String stream, StreamId from, StreamId to, int count) {
        CommandArgs<byte[], byte[]> args =
                key(stream).add(bytes(from)).add(bytes(to)).add("COUNT").add(count);
        List<StreamEntry> entries = new ArrayList<>();
        for (Object row : caller.call(CommandType.XRANGE, args)) {
            List<Object> columns = list(row);
            entries.add(new StreamEntry(id(columns.get(0)), fields(columns.get(1)), 0));
        }
        return entries;
    }

    @Override
    public long length(String stream) {
        return number(caller.call(CommandType.XLEN, key(stream)).get(0));
    }

    @Override
    public @Nullable StreamId lastId(String stream) {
        if (!exists(stream)) {
            return null;
        }
        List<Object> info =
                caller.call(CommandType.XINFO, Call.args().add("STREAM").addKey(bytes(stream)));
        return id(valueOf(info, "last-generated-id"));
    }

    @Override
    public @Nullable StreamId lastDelivered(String stream, String group) {
        if (!exists(stream)) {
            return null;
        }
        for (Object row :
                caller.call(CommandType.XINFO, Call.args().add("GROUPS").addKey(bytes(stream)))) {
            if (text(valueOf(list(row), "name")).equals(group)) {
                return id(valueOf(list(row), "last-delivered-id"));
            }
        }
        return null;
    }

    private boolean exists(String stream) {
        return number(caller.call(CommandType.EXISTS, key(stream)).get(0)) > 0;
    }

    private static Object valueOf(List<Object> map, String name) {
        for (int i = 0; i + 1 < map.size(); i += 2) {
            if (text(map.get(i)).equals(name)) {
                return map.get(i + 1);
            }
        }
        throw new IllegalStateException("Redis' answer to XINFO has no " + name);
    }

    @Override
    public boolean pending(String stream, String group, StreamId id) {
        CommandArgs<byte[], byte[]> args =
                key(stream).add(group).add(bytes(id)).add(bytes(id)).add(1);
        return !caller.call(CommandType.XPENDING, args).isEmpty();
    }

    @Override
    public boolean createGroup(String stream, String group, StreamId after) {
        String fresh = UUID.randomUUID().toString().substring(24);
        List<Object> reply = caller.script(
                Script.CREATE,
                List.of(bytes(stream), bytes(CompanionKeys.of(stream).epoch(group))),
                List.of(bytes(group), bytes(after), bytes(fresh)));
        return number(reply.get(0)) == 1;
    }

    @Override
    public StreamId append(String stream, List<byte[]> fields) {
        CommandArgs<byte[], byte[]> args = key(stream).add("*");
        fields.forEach(args::add);
        return id(caller.call(CommandType.XADD, args).get(0));
    }

    @Override
    public @Nullable StreamId move(String deadLetters, StreamId letter, String stream, List<byte[]> fields) {
        if (fields.size() > DeadLetters.MOST_FIELDS_IN_SCRIPT) {
            return moveByHand(deadLetters, letter, stream, fields);
        }
        if (cluster && SlotHash.getSlot(deadLetters) != SlotHash.getSlot(stream)) {
            return moveAcross(deadLetters, letter, stream, fields);
        }
        List<byte[]> args = new ArrayList<>(List.of(bytes(letter)));
        args.addAll(fields);
        List<Object> reply = caller.script(Script.REDRIVE, List.of(bytes(deadLetters), bytes(stream)), args);
        return reply.isEmpty() ? null : id(reply.get(0));
    }

    /** No script takes that many fields: if we are cut off in between, it is in both streams. */
    private @Nullable StreamId moveByHand(String deadLetters, StreamId letter, String stream, List<byte[]> fields) {
        if (range(deadLetters, letter, letter, 1).isEmpty()) {
            return null;
        }
        StreamId added = append(stream, fields);
        delete(deadLetters, List.of(letter));
        return added;
    }

    private @Nullable StreamId moveAcross(String deadLetters, StreamId letter, String stream, List<byte[]> fields) {
        if (range(deadLetters, letter, letter, 1).isEmpty()) {
            return null;
        }
        byte[] moves = bytes(CompanionKeys.of(stream).moves());
        byte[] move = bytes(deadLetters + '/' + letter);
        List<byte[]> args = new ArrayList<>(List.of(move, bytes(REMEMBERED.toMillis())));
        args.addAll(fields);
        List<Object> reply = caller.script(Script.APPEND_ONCE, List.of(bytes(stream), moves), args);
        delete(deadLetters, List.of(letter));
        caller.call(CommandType.HDEL, Call.args().addKey(moves).add(move));
        return id(reply.get(0));
    }

    @Override
    public long delete(String stream, List<StreamId> ids) {
        long deleted = 0;
        for (int from = 0; from < ids.size(); from += MOST_A_CALL) {
            CommandArgs<byte[], byte[]> args = key(stream);
            ids.subList(from, Math.min(ids.size(), from + MOST_A_CALL)).forEach(id -> args.add(bytes(id)));
            deleted += number(caller.call(CommandType.XDEL, args).get(0));
        }
        return deleted;
    }

    @Override
    public void hold(String stream, String holder, StreamId lowest, Duration time) {
        caller.script(
                Script.HOLD, List.of(holds(stream)), List.of(bytes(holder), bytes(lowest), bytes(time.toMillis())));
    }

    @Override
    public void release(String stream, String holder) {
        caller.call(CommandType.HDEL, Call.args().addKey(holds(stream)).add(holder));
    }

    private static byte[] holds(String stream) {
        return bytes(CompanionKeys.of(stream).holds());
    }

    private static CommandArgs<byte[], byte[]> key(String stream) {
        return Call.args().addKey(bytes(stream));
    }

    @Override
    public void close() {
        caller.close();
    }
}
