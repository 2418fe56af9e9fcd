package dev.millrace.redis.internal;

import static dev.millrace.redis.internal.Replies.bytes;
import static dev.millrace.redis.internal.Replies.flag;
import static dev.millrace.redis.internal.Replies.number;
import static dev.millrace.redis.internal.Replies.text;

import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link StreamRetention} over one Lettuce connection. */
final class LettuceStreamRetention implements StreamRetention {

    private final Caller caller;

    LettuceStreamRetention(Wire wire, Duration commandTimeout) {
        this.caller = new Caller(wire, commandTimeout);
    }

    @Override
    public Retained trim(String stream, StreamId lowest, long length, boolean force) {
        Retained all = trimOnce(stream, lowest, length, force);
        Retained step = all;
        while (step.removed() > 0) {
            step = trimOnce(stream, lowest, length, force);
            all = step.after(all);
        }
        return all;
    }

    private Retained trimOnce(String stream, StreamId lowest, long length, boolean force) {
        List<Object> reply = caller.script(
                Script.TRIM,
                List.of(bytes(stream), bytes(CompanionKeys.of(stream).holds())),
                List.of(bytes(lowest), bytes(length), flag(force)));
        return new Retained(
                number(reply.get(0)),
                number(reply.get(1)) == 1,
                number(reply.get(2)),
                needed(text(reply.get(3)), text(reply.get(4))),
                number(reply.get(5)),
                number(reply.get(6)));
    }

    /** The floor is where the next group reads on; beyond the last entry nothing is needed. */
    private static @Nullable StreamId needed(String floor, String last) {
        if (floor.isEmpty()) {
            return null;
        }
        StreamId oldest = StreamId.parse(floor);
        return oldest.compareTo(StreamId.parse(last)) > 0 ? null : oldest;
    }

    @Override
    public long trimDeadLetters(String stream, StreamId lowest) {
        return number(caller.call(
                        CommandType.XTRIM,
                        Call.args()
                                .addKey(bytes(CompanionKeys.of(stream).deadLetters()))
                                .add("MINID")
                                .add("=")
                                .add(bytes(lowest)))
                .get(0));
    }

    @Override
    public boolean lease(String stream, String owner, Duration time) {
        try {
            List<Object> reply = caller.call(
                    CommandType.SET,
                    Call.args()
                            .addKey(bytes(CompanionKeys.of(stream).retention()))
                            .add(owner)
                            .add("NX")
                            .add("PX")
                            .add(time.toMillis()));
            return !reply.isEmpty() && reply.get(0) != null;
        } catch (RedisFaultException e) {
            if (e.fault().kind() != RedisFault.Kind.OOM) {
                throw e;
            }
            // A full Redis takes no note of whose turn it is: it needs the room that trimming makes, whoever does it.
            return true;
        }
    }

    @Override
    public void close() {
        caller.close();
    }
}
