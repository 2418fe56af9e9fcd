package dev.millrace.publisher;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows for each flush when the futures of everything before it are complete. It looks at the futures themselves and not
 * at the ends of their callbacks, which may well wait for the flush. Confined to the send loop.
 */
final class Flushes {

    private final Completions completions;
    private final Runnable wake;
    private final Deque<Epoch> ended = new ArrayDeque<>();
    private final List<List<PendingEvent>> completing = new ArrayList<>();
    private Epoch epoch = new Epoch();
    private long events;

    /**
     * Nothing is accepted yet.
     *
     * @param wake makes the send loop look again
     */
    Flushes(Completions completions, Runnable wake) {
        this.completions = completions;
        this.wake = wake;
    }

    /** The events between two flushes. */
    static final class Epoch {

        private int open;
        private @Nullable FlushMark end;
    }

    /** The next event in the order of acceptance. */
    void joined(PendingEvent event) {
        event.joined(epoch, events++);
        epoch.open++;
    }

    /** A flush comes next: it covers everything that has joined. */
    void flush(FlushMark mark) {
        epoch.end = mark;
        ended.addLast(epoch);
        epoch = new Epoch();
        completions.watch(wake);
    }

    /**
     * Completes the flushes that can be.
     *
     * @return whether one waits for futures that are just being completed
     */
    boolean look() {
        for (List<PendingEvent> begun = completions.pollBegun(); begun != null; begun = completions.pollBegun()) {
            completing.add(begun);
        }
        completing.removeIf(Flushes::left);
        for (Epoch first = ended.peekFirst(); first != null && first.open == 0; first = ended.peekFirst()) {
            complete(first);
            ended.removeFirst();
        }
        if (ended.isEmpty()) {
            completions.watch(null);
        }
        return !ended.isEmpty() && !completing.isEmpty();
    }

    boolean isEmpty() {
        return ended.isEmpty();
    }

    /** Completes all flushes, whatever has become of the futures. */
    void giveUp() {
        ended.forEach(this::complete);
        ended.clear();
    }

    private void complete(Epoch flushed) {
        FlushMark mark = flushed.end;
        if (mark != null) {
            completions.run(() -> mark.future().complete(null));
        }
    }

    private static boolean left(List<PendingEvent> events) {
        for (PendingEvent event : events) {
            if (!event.future().isDone()) {
                return false;
            }
        }
        for (PendingEvent event : events) {
            Epoch entered = event.epoch();
            if (entered != null) {
                entered.open--;
            }
        }
        return true;
    }
}
