package dev.millrace.publisher;

/**
 * What a publisher holds in memory now; each number is bounded by the limit it names. Immutable.
 *
 * @param streams streams (or other groups) that it remembers: those in use, and up to 1,000 idle ones
 * @param bufferedEvents accepted and not yet completed, at most {@code buffer.events}
 * @param bufferedBytes their size, at most {@code buffer.bytes}
 * @param inFlightBatches sent and not yet answered, at most {@code maxConcurrentBatches}
 * @param failedEvents kept in the list of failed events, at most {@code failedEvents.events}
 * @param failedBytes their size, at most {@code failedEvents.bytes}
 */
public record MemoryStats(
        int streams, int bufferedEvents, long bufferedBytes, int inFlightBatches, int failedEvents, long failedBytes) {}
