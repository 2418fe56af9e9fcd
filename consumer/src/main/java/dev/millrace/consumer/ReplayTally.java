package dev.millrace.consumer;

import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.redis.internal.StreamId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what a replay does. For one thread. */
final class ReplayTally {

    private final String id;
    private final Tallies types = new Tallies();
    private final List<String> missing = new ArrayList<>();
    private long replayed;
    private long duplicates;
    private long copies;
    private long unreadable;
    private long failed;
    private @Nullable StreamId last;
    private ReplayReport.@Nullable Failure failure;

    ReplayTally(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    void replayed(DecodedEvent event) {
        replayed++;
        types.add(event.header().type());
    }

    void duplicate() {
        duplicates++;
    }

    void copy() {
        copies++;
    }

    void unreadable() {
        unreadable++;
    }

    void missing(StreamId entry) {
        missing.add(entry.toString());
    }

    void failed(StreamId entry, DecodedEvent event, Throwable error) {
        failed++;
        if (failure == null) {
            failure = new ReplayReport.Failure(entry.toString(), event.index(), error);
        }
    }

    void done(StreamId entry) {
        last = entry;
    }

    /** For messages. */
    String position() {
        return last == null ? "nothing was replayed" : replayed + " events were replayed, the last entry was " + last;
    }

    ReplayReport report() {
        String end = last == null ? null : last.toString();
        return new ReplayReport(
                id,
                replayed,
                types.sorted(),
                duplicates,
                copies,
                unreadable,
                failed,
                List.copyOf(missing),
                end,
                failure);
    }
}
