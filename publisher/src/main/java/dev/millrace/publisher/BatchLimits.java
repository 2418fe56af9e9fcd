package dev.millrace.publisher;

import dev.millrace.event.internal.Checks;
import java.time.Duration;
import java.util.Objects;

/**
 * When a batch of events leaves: when it is full, or nothing is in flight for its stream, or its first event is
 * {@code maxWait} old; and fewer than {@code maxConcurrentBatches} are in flight. Immutable.
 *
 * @param maxEvents events in a batch, 1 to 100,000; default 500
 * @param maxBytes bytes in a batch, at least 1; an event that is larger by itself leaves alone; default 1 MiB
 * @param maxWait how long a batch may fill while another one of its stream is in flight, 1 ms to 1 hour; default 5 ms
 * @param maxConcurrentBatches batches in flight at once, over all streams, 1 to 1,000; default 5. Times {@code maxEvents} it
 *     must not exceed 126,976, unless the buffer is smaller than that
 */
public record BatchLimits(int maxEvents, long maxBytes, Duration maxWait, int maxConcurrentBatches) {

    private static final BatchLimits DEFAULTS = new BatchLimits(500, 1 << 20, Duration.ofMillis(5), 5);

    /** Refuses values out of range. */
    public BatchLimits {
        Checks.between("batch.maxEvents", maxEvents, 1, 100_000);
        Checks.between("batch.maxBytes", maxBytes, 1, Integer.MAX_VALUE);
        Checks.between(
                "batch.maxWait", Objects.requireNonNull(maxWait, "maxWait"), Duration.ofMillis(1), Duration.ofHours(1));
        Checks.between("batch.maxConcurrentBatches", maxConcurrentBatches, 1, 1_000);
    }

    /** 500 events, 1 MiB, 5 ms, 5 concurrent batches. */
    public static BatchLimits defaults() {
        return DEFAULTS;
    }

    /** One event a batch; otherwise the defaults. */
    public static BatchLimits none() {
        return DEFAULTS.withMaxEvents(1);
    }

    /** The same with another number of events a batch. */
    public BatchLimits withMaxEvents(int events) {
        return new BatchLimits(events, maxBytes, maxWait, maxConcurrentBatches);
    }

    /** The same with another number of bytes a batch. */
    public BatchLimits withMaxBytes(long bytes) {
        return new BatchLimits(maxEvents, bytes, maxWait, maxConcurrentBatches);
    }

    /** The same with another time to fill. */
    public BatchLimits withMaxWait(Duration wait) {
        return new BatchLimits(maxEvents, maxBytes, wait, maxConcurrentBatches);
    }

    /** The same with another number of batches in flight at once. */
    public BatchLimits withMaxConcurrentBatches(int batches) {
        return new BatchLimits(maxEvents, maxBytes, maxWait, batches);
    }
}
