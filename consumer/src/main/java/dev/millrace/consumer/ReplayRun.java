package dev.millrace.consumer;

import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.MalformedEntryException;
import dev.millrace.event.internal.Markers;
import dev.millrace.event.internal.WireForms;
import dev.millrace.redis.internal.StreamArchive;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes through what a replay selects, oldest first. For one thread. */
final class ReplayRun {

    private static final int PAGE = 100;

    /** The events that an entry stands for, which may be one of a batch, and how many are in it. */
    private record Decoded(List<DecodedEvent> meant, int all) {}

    private final StreamArchive archive;
    private final String stream;
    private final ReplaySelection selection;
    private final Pacer pacer;
    private final ReplayTally tally;

    ReplayRun(StreamArchive archive, String stream, ReplaySelection selection, Pacer pacer, ReplayTally tally) {
        this.archive = archive;
        this.stream = stream;
        this.selection = selection;
        this.pacer = pacer;
        this.tally = tally;
    }

    /** What is there now, not what comes later: the replay may itself append to the stream. */
    StreamId end() throws InterruptedException {
        StreamId last = pacer.<@Nullable StreamId>ask(() -> archive.lastId(stream));
        if (last == null) {
            throw new IllegalArgumentException("stream: there is no stream " + stream + "; name one that exists");
        }
        return last.compareTo(selection.to) < 0 ? last : selection.to;
    }

    /**
     * All of it, or until the target says stop.
     *
     * @param hold null in a dry run
     */
    void run(StreamId end, ReplayTarget target, @Nullable ReplayHold hold) throws InterruptedException {
        if (!selection.entries.isEmpty()) {
            byId(target);
            return;
        }
        StreamId from = selection.from;
        while (from.compareTo(end) <= 0) {
            StreamId begin = from;
            List<StreamEntry> page = pacer.ask(() -> archive.range(stream, begin, end, PAGE));
            for (StreamEntry entry : page) {
                if (hold != null) {
                    hold.advance(entry.id());
                }
                if (!take(entry, target)) {
                    return;
                }
            }
            if (page.size() < PAGE) {
                return;
            }
            from = page.get(PAGE - 1).id().next();
        }
    }

    private void byId(ReplayTarget target) throws InterruptedException {
        for (StreamId id : selection.entries) {
            List<StreamEntry> found = pacer.ask(() -> archive.range(stream, id, id, 1));
            if (found.isEmpty()) {
                tally.missing(id);
            } else if (!take(found.get(0), target)) {
                return;
            }
        }
    }

    private boolean take(StreamEntry entry, ReplayTarget target) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (selection.entries.isEmpty() && Markers.onlyFor(entry.fields()) != null) {
            tally.copy();
            tally.done(entry.id());
            return true;
        }
        Decoded decoded = decode(entry);
        List<DecodedEvent> wanted = selection.of(decoded.meant());
        if (!wanted.isEmpty() && !target.take(entry, wanted, decoded.all())) {
            return false;
        }
        tally.done(entry.id());
        return true;
    }

    private Decoded decode(StreamEntry entry) {
        try {
            Markers markers = Markers.of(entry.fields());
            List<DecodedEvent> all = WireForms.decode(entry.fields(), entry.id().toString());
            List<DecodedEvent> meant =
                    all.stream().filter(event -> markers.takes(event.index())).toList();
            return new Decoded(meant, all.size());
        } catch (MalformedEntryException e) {
            tally.unreadable();
            return new Decoded(List.of(), 0);
        }
    }
}
