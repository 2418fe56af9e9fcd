package dev.millrace.consumer;

import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.Markers;
import dev.millrace.redis.internal.StreamArchive;
import dev.millrace.redis.internal.StreamEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Appends replayed entries to a stream, each with its own fields byte for byte. For one thread. */
final class AppendTarget implements ReplayTarget {

    private final StreamArchive archive;
    private final Pacer pacer;
    private final ReplayTally tally;
    private final String stream;
    private final Markers marks;

    /**
     * @param marks what stands on every entry
     */
    AppendTarget(StreamArchive archive, Pacer pacer, ReplayTally tally, String stream, Markers marks) {
        this.archive = archive;
        this.pacer = pacer;
        this.tally = tally;
        this.stream = stream;
        this.marks = marks;
    }

    static Markers marks(@Nullable String group, String replay, Replay.Idempotency idempotency) {
        return new Markers(
                group,
                null,
                -1,
                0,
                replay,
                switch (idempotency) {
                    case OWN -> Markers.Scope.REPLAY;
                    case SHARED -> Markers.Scope.LIVE;
                    case NONE -> Markers.Scope.NONE;
                });
    }

    @Override
    public boolean take(StreamEntry entry, List<DecodedEvent> wanted, int all) throws InterruptedException {
        if (wanted.size() == all) {
            append(entry, -1);
        } else {
            for (DecodedEvent event : wanted) {
                append(entry, event.index());
            }
        }
        wanted.forEach(tally::replayed);
        return true;
    }

    private void append(StreamEntry entry, int index) throws InterruptedException {
        pacer.step();
        Markers marked = new Markers(marks.onlyFor(), entry.id().toString(), index, 0, marks.replay(), marks.scope());
        List<byte[]> fields = marked.on(entry.fields());
        pacer.ask(() -> archive.append(stream, fields));
    }
}
