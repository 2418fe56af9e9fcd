package dev.millrace.publisher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events that were given up, oldest first; beyond the limits the oldest leave, and are counted. Thread-safe. */
final class FailedEvents {

    private final int maxEvents;
    private final long maxBytes;
    private final PublisherMeters meters;
    private final Deque<FailedEvent> kept = new ArrayDeque<>();
    private long bytes;

    FailedEvents(int maxEvents, long maxBytes, PublisherMeters meters) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        this.meters = meters;
    }

    synchronized void add(FailedEvent event) {
        kept.addLast(event);
        bytes += event.bytes();
        shrink();
    }

    /** Takes the oldest out; null if there is none. */
    synchronized @Nullable FailedEvent poll() {
        FailedEvent oldest = kept.pollFirst();
        bytes -= oldest == null ? 0 : oldest.bytes();
        return oldest;
    }

    /** Puts back what was taken out, as the oldest. */
    synchronized void putBack(FailedEvent event) {
        kept.addFirst(event);
        bytes += event.bytes();
        shrink();
    }

    synchronized List<FailedEvent> list() {
        return List.copyOf(kept);
    }

    synchronized int count() {
        return kept.size();
    }

    synchronized long bytes() {
        return bytes;
    }

    private void shrink() {
        while (kept.size() > maxEvents || bytes > maxBytes) {
            FailedEvent oldest = kept.removeFirst();
            bytes -= oldest.bytes();
            meters.forgotten(oldest.type());
        }
    }
}
