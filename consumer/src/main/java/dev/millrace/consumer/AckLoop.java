package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Acknowledges what is handled: together, but within 5 ms, and again until Redis has confirmed it. */
final class AckLoop implements Loop {

    private static final int MAX_BATCH = 500;
    private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final StreamGroup group;
    private final InFlightTable inFlight;
    private final ConsumerMeters meters;
    private final LongSupplier ticker;
    // Bounded by maxPending: what is in it is in flight.
    private final BlockingQueue<EntryInFlight> handled = new LinkedBlockingQueue<>();
    private final List<EntryInFlight> batch = new ArrayList<>();
    private volatile boolean waking;

    AckLoop(StreamGroup group, InFlightTable inFlight, ConsumerMeters meters, LongSupplier ticker) {
        this.group = group;
        this.inFlight = inFlight;
        this.meters = meters;
        this.ticker = ticker;
    }

    void add(EntryInFlight entry) {
        handled.add(entry);
    }

    @Override
    public void runOnce() throws InterruptedException {
        // Not empty after a failure: those go first.
        if (batch.isEmpty() && !collect()) {
            return;
        }
        List<StreamId> ids = new ArrayList<>(batch.size());
        for (EntryInFlight entry : batch) {
            ids.add(entry.id());
        }
        group.ack(ids);
        batch.forEach(inFlight::remove);
        meters.count(Counted.ACKED, batch.size());
        batch.clear();
    }

    private boolean collect() throws InterruptedException {
        EntryInFlight first = handled.poll(1, TimeUnit.SECONDS);
        if (first == null) {
            return false;
        }
        long deadline = ticker.getAsLong() + MAX_WAIT_NANOS;
        batch.add(first);
        while (batch.size() < MAX_BATCH) {
            if (handled.drainTo(batch, MAX_BATCH - batch.size()) > 0) {
                continue;
            }
            long left = waking ? 0 : deadline - ticker.getAsLong();
            EntryInFlight next = left <= 0 ? null : handled.poll(left, TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        return true;
    }

    @Override
    public void wakeUp() {
        waking = true;
    }

    /** Acknowledges all that is left, in the caller's thread, once the loop has ended. */
    void flush(Duration limit) throws InterruptedException {
        long deadline = ticker.getAsLong() + limit.toNanos();
        while ((!batch.isEmpty() || !handled.isEmpty()) && ticker.getAsLong() - deadline < 0) {
            runOnce();
        }
    }
}
