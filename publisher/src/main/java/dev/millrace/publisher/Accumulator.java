package dev.millrace.publisher;

import dev.millrace.publisher.PublisherSettings.Buffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one queue between those who publish and the send loop: bounded, in order of acceptance. Any thread adds; the send
 * loop polls.
 */
final class Accumulator {

    private final String origin;
    private final Buffer limits;
    private final LongSupplier ticker;
    private final Bell bell = new Bell();
    private final Room room;
    private final Queue<Handover> queue;
    private volatile boolean closed;
    private volatile boolean ended;

    Accumulator(String origin, Buffer limits, LongSupplier ticker) {
        this(origin, limits, ticker, new ConcurrentLinkedQueue<>());
    }

    /** @param queue empty, unbounded and thread-safe */
    Accumulator(String origin, Buffer limits, LongSupplier ticker, Queue<Handover> queue) {
        this.origin = origin;
        this.limits = limits;
        this.ticker = ticker;
        this.queue = queue;
        this.room = new Room(limits.events(), limits.bytes());
    }

    /**
     * Accepts an event, waiting for room if the buffer is full.
     *
     * @param blockNanos how long to wait at most
     * @param finished whose room it takes if that is still held, past all who wait; null for nobody's
     * @throws BufferFullException if there was no room in time
     * @throws IllegalStateException if the publisher is closed
     * @throws InterruptedException if the waiting thread was interrupted; the event was not accepted
     */
    void add(PendingEvent event, long blockNanos, @Nullable PendingEvent finished) throws InterruptedException {
        requireOpen();
        int bytes = event.bytes();
        if (!inherits(bytes, finished) && !room.tryTake(bytes) && (blockNanos == 0 || !room.take(bytes, blockNanos))) {
            requireOpen();
            throw new BufferFullException(full(blockNanos));
        }
        event.accepted(ticker.getAsLong());
        long before = event.lane().expect(bytes);
        while (before < 0) {
            event.moveTo(event.lane().successor());
            before = event.lane().expect(bytes);
        }
        Lane lane = event.lane();
        hand(event);
        // Only now: a loop that went to rest before the event was in the queue cannot have seen it.
        if (lane.wakes(before, bytes)) {
            bell.ring();
        }
    }

    private boolean inherits(int bytes, @Nullable PendingEvent finished) {
        if (finished == null || !finished.takeRoom()) {
            return false;
        }
        boolean fits = room.exchange(finished.bytes(), bytes);
        if (!fits) {
            room.give(finished.bytes());
        }
        return fits;
    }

    /** Accepts a flush; the mark is handed over even if the publisher is closing. False if there is no loop any more. */
    boolean add(FlushMark mark) {
        queue.add(mark);
        bell.ring();
        return !(ended && queue.remove(mark));
    }

    private void hand(PendingEvent event) {
        queue.add(event);
        // The loop may have looked into the queue for the last time before this event was in it.
        if (ended && queue.remove(event)) {
            release(event);
            throw closedException();
        }
    }

    Bell bell() {
        return bell;
    }

    @Nullable
    Handover poll() {
        return queue.poll();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Gives the event's room back, once. */
    void release(PendingEvent event) {
        if (event.takeRoom()) {
            room.give(event.bytes());
        }
    }

    /** Accepts no more, and ends all waiting. */
    void close() {
        closed = true;
        room.close();
    }

    /** The loop is about to poll for the last time. */
    void end() {
        ended = true;
    }

    void requireOpen() {
        if (closed) {
            throw closedException();
        }
    }

    int events() {
        return room.events();
    }

    /** Whether next to nothing more can be accepted. */
    boolean isFull() {
        return room.events() >= limits.events() || room.bytes() > limits.bytes() / 10 * 9;
    }

    long bytes() {
        return room.bytes();
    }

    private IllegalStateException closedException() {
        return new IllegalStateException("publisher '" + origin + "' is closed: the event was not accepted");
    }

    private String full(long blockNanos) {
        String waited = blockNanos == 0 ? "without waiting" : "after " + blockNanos / 1_000_000 + " ms";
        return "publisher '" + origin + "': no room in the buffer " + waited + ": " + room.events() + " of at most "
                + limits.events() + " events, " + room.bytes() + " of at most " + limits.bytes()
                + " bytes are waiting for Redis, or for callbacks that have not returned; publish more slowly, or allow more with"
                + " buffer(events, bytes)";
    }
}
