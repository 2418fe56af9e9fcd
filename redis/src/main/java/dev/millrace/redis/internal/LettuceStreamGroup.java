package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.fields;
import static dev.millrace.redis.internal.Replies.id;
import static dev.millrace.redis.internal.Replies.list;
import static dev.millrace.redis.internal.Replies.number;
import static dev.millrace.redis.internal.Replies.text;

import dev.millrace.redis.internal.RedisFault.Kind;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A {@link StreamGroup} over one Lettuce connection, and one for each reader. */
final class LettuceStreamGroup implements StreamGroup {

    private static final int MOST_A_CALL = 1_000;
    private static final long MOST_COUNTED = 1_000;
    private static final long MOST_BYTES_COUNTED = 1 << 20;

    private final GroupOptions options;
    private final byte[] stream;
    private final byte[] group;
    private final byte[] consumer;
    private final byte[] holder;
    private final byte[] epochKey;
    private final byte[] token;
    private final Wire commands;
    private final Supplier<Wire> readerWires;
    private final Queue<StreamReader> readers = new ConcurrentLinkedQueue<>();
    private final Caller caller;
    private final Claims claims;
    private final DeadLetters deadLetters;

    LettuceStreamGroup(GroupOptions options, Wire commands, Supplier<Wire> readerWires) {
        this.options = options;
        CompanionKeys keys = CompanionKeys.of(options.stream());
        this.stream = bytes(options.stream());
        this.group = bytes(options.group());
        this.consumer = bytes(options.consumer());
        this.holder = bytes(keys.holder(options.group(), options.consumer()));
        this.epochKey = bytes(keys.epoch(options.group()));
        this.token = bytes(UUID.randomUUID().toString());
        this.caller = new Caller(commands, options.commandTimeout());
        this.commands = commands;
        this.readerWires = readerWires;
        this.claims = new Claims(options, keys, caller);
        this.deadLetters = new DeadLetters(
                options, token, claims, caller, commands.connector().cluster());
    }

    @Override
    public GroupState create(String startId) {
        String fresh = UUID.randomUUID().toString().substring(24);
        List<Object> reply =
                run(Script.CREATE, List.of(stream, epochKey), List.of(group, bytes(startId), bytes(fresh)));
        return new GroupState(number(reply.get(0)) == 1, text(reply.get(1)));
    }

    @Override
    public StreamReader reader() {
        StreamReader reader = new LettuceStreamReader(readerWires.get(), commands, options);
        readers.add(reader);
        return reader;
    }

    @Override
    public List<PendingEntry> idle(Duration minIdle, @Nullable StreamId after, int count) {
        CommandArgs<byte[], byte[]> args =
                Call.args().addKey(stream).add(group).add("IDLE").add(minIdle.toMillis());
        return pending(range(args, after, count));
    }

    @Override
    public List<PendingEntry> own(@Nullable StreamId after, int count) {
        return pending(
                range(Call.args().addKey(stream).add(group), after, count).add(consumer));
    }

    private static CommandArgs<byte[], byte[]> range(
            CommandArgs<byte[], byte[]> args, @Nullable StreamId after, int count) {
        return args.add(after == null ? "-" : "(" + after).add("+").add(count);
    }

    private List<PendingEntry> pending(CommandArgs<byte[], byte[]> args) {
        List<PendingEntry> entries = new ArrayList<>();
        for (Object row : caller.call(CommandType.XPENDING, args)) {
            List<Object> columns = list(row);
            entries.add(new PendingEntry(
                    id(columns.get(0)), text(columns.get(1)), number(columns.get(2)), number(columns.get(3))));
        }
        return entries;
    }

    @Override
    public Taken take(List<StreamId> ids, Duration minIdle) {
        refuseTooMany(ids.size());
        if (ids.isEmpty()) {
            return new Taken(List.of(), List.of());
        }
        List<byte[]> args = new ArrayList<>(List.of(group, consumer, bytes(minIdle.toMillis()), token));
        ids.forEach(id -> args.add(bytes(id)));
        List<Object> reply = run(Script.TAKE, List.of(stream, holder), args);
        List<StreamEntry> entries = new ArrayList<>();
        for (Object row : list(reply.get(0))) {
            List<Object> columns = list(row);
            entries.add(new StreamEntry(id(columns.get(0)), fields(columns.get(1)), number(columns.get(2))));
        }
        List<StreamId> missing = list(reply.get(1)).stream().map(Replies::id).toList();
        return new Taken(entries, missing);
    }

    @Override
    public List<Ownership> touch(List<Touch> touches, Duration idle) {
        refuseTooMany(touches.size());
        if (touches.isEmpty()) {
            return List.of();
        }
        List<byte[]> args = new ArrayList<>(List.of(group, consumer, bytes(idle.toMillis()), token));
        for (Touch touch : touches) {
            args.add(bytes(touch.id()));
            args.add(bytes(touch.deliveryCount()));
        }
        return run(Script.TOUCH, List.of(stream, holder, epochKey), args).stream()
                .map(Replies::ownership)
                .toList();
    }

    @Override
    public Claims claims() {
        return claims;
    }

    @Override
    public Buried deadLetter(String epoch, DeadLetterMove letter) {
        if (deadLetters.inOneScript(letter)) {
            return deadLetters.moveAtOnce(epoch, letter);
        }
        if (!letter.trimmed()) {
            Ownership ownership =
                    touch(List.of(Touch.keepAlive(letter.id())), Duration.ZERO).get(0);
            if (ownership != Ownership.OURS) {
                return Buried.not(ownership);
            }
        }
        return deadLetters.moveInTwoSteps(epoch, letter);
    }

    @Override
    public long ack(List<StreamId> ids) {
        if (ids.isEmpty()) {
            return 0;
        }
        CommandArgs<byte[], byte[]> args = new PackedArgs(
                        ids.stream().map(StreamId::ascii).toList())
                .addKey(stream)
                .add(group);
        return number(caller.call(CommandType.XACK, args).get(0));
    }

    @Override
    public @Nullable Duration holdName(Duration time) {
        long left = number(run(Script.HOLD_NAME, List.of(holder), List.of(token, bytes(time.toMillis())))
                .get(0));
        return left < 0 ? null : Duration.ofMillis(left);
    }

    @Override
    public List<String> removeIdle(Duration idle) {
        return run(Script.REMOVE_IDLE, List.of(stream), List.of(group, bytes(idle.toMillis()), consumer)).stream()
                .map(Replies::text)
                .toList();
    }

    @Override
    public boolean removeConsumer() {
        try {
            return number(run(Script.REMOVE_CONSUMER, List.of(stream, holder), List.of(group, consumer, token))
                            .get(0))
                    == 1;
        } catch (RedisFaultException e) {
            if (e.fault().kind() == Kind.NOGROUP) {
                return true;
            }
            throw e;
        }
    }

    @Override
    public long pending() {
        List<Object> summary =
                caller.call(CommandType.XPENDING, Call.args().addKey(stream).add(group));
        return number(summary.get(0));
    }

    @Override
    public GroupSample sample() {
        List<Object> reply =
                run(Script.SAMPLE, List.of(stream), List.of(group, bytes(MOST_COUNTED), bytes(MOST_BYTES_COUNTED)));
        if (reply.isEmpty()) {
            throw Faults.exception(Kind.NOGROUP, "no group " + options.group() + " of stream " + options.stream());
        }
        String oldest = text(reply.get(1));
        return new GroupSample(
                number(reply.get(0)),
                oldest.isEmpty() ? null : StreamId.parse(oldest),
                number(reply.get(2)),
                number(reply.get(3)) == 1);
    }

    private List<Object> run(Script script, List<byte[]> names, List<byte[]> args) {
        return caller.script(script, names, args);
    }

    private static void refuseTooMany(int size) {
        if (size > MOST_A_CALL) {
            throw new IllegalArgumentException("ids: got " + size + "; at most " + MOST_A_CALL + " a call");
        }
    }

    @Override
    public void close() {
        readers.forEach(StreamReader::close);
        caller.close();
    }
}
