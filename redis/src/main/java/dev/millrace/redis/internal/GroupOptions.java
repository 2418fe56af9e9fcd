package dev.millrace.redis.internal;

import java.time.Duration;

/**
 * What a {@link StreamGroup} needs to know.
 *
 * @param window the longest that is asked for: how far two entries with one idempotency key may be apart and still be
 *     duplicates
 * @param maxRecords how many idempotency records may be held
 * @param maxDeadLetters length to which the dead-letter stream is trimmed, approximately
 * @param commandTimeout for every command but reads
 */
public record GroupOptions(
        String stream,
        String group,
        String consumer,
        Duration window,
        long maxRecords,
        long maxDeadLetters,
        Duration commandTimeout) {}
