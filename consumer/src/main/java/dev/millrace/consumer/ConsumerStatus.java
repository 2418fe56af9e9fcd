package dev.millrace.consumer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a server is doing at this moment; taken without asking Redis.
 *
 * @param startedAt null before {@link ConsumerServer#start()}
 * @param load what is in hand
 * @param handled events whose handlers succeeded, since the start
 * @param failedAttempts attempts in which a handler threw, since the start
 * @param retried attempts after the first that began, since the start
 * @param duplicates events passed over because another entry holds their key, since the start
 * @param skipped events passed over because no handler wants them, since the start
 * @param deadLettered events moved to the dead letters, since the start
 * @param reclaimed entries taken over from consumers that fell silent, since the start
 * @param lost entries that were trimmed or deleted while pending, since the start
 * @param loopFailures rounds of a loop that ended with an exception, since the start
 * @param lastHandledAt null if none was
 */
public record ConsumerStatus(
        State state,
        String stream,
        String group,
        String consumer,
        @Nullable Instant startedAt,
        Load load,
        long handled,
        long failedAttempts,
        long retried,
        long duplicates,
        long skipped,
        long deadLettered,
        long reclaimed,
        long lost,
        long loopFailures,
        @Nullable Instant lastHandledAt) {

    /** Where a server is in its life; it goes through it once. */
    public enum State {
        NEW,
        RUNNING,
        CLOSING,
        CLOSED
    }

    /**
     * What is in hand at one moment.
     *
     * @param running events in handlers
     * @param buffered events read ahead
     * @param waiting events between two attempts
     * @param inFlight entries held: buffered, running, waiting, or handled but not yet acknowledged
     */
    public record Load(int running, int buffered, int waiting, int inFlight) {}
}
