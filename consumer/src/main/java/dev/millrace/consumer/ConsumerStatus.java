package dev.millrace.consumer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server is doing at this moment; taken without asking Redis.
 *
 * @param paused whether the whole server is paused
 * @param consumer its name in the groups
 * @param startedAt null before {@link ConsumerServer#start()}
 * @param load what is in hand
 * @param totals of all streams together
 * @param lastHandledAt null if nothing was
 * @param streams each stream that is read, once for each group
 * @param handlers those that were added, in that order
 * @param loops the threads that keep the server going; empty unless it runs
 * @param configuration each option with the value that is in force, defaults included; without secrets
 */
public record ConsumerStatus(
        State state,
        boolean paused,
        String consumer,
        @Nullable Instant startedAt,
        Load load,
        Totals totals,
        @Nullable Instant lastHandledAt,
        List<StreamStatus> streams,
        List<HandlerStatus> handlers,
        List<LoopStatus> loops,
        Map<String, String> configuration) {

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

    /**
     * What happened since the start.
     *
     * @param handled events whose handlers succeeded
     * @param failedAttempts attempts in which a handler threw
     * @param retried attempts after the first that began
     * @param duplicates events passed over because another entry holds their key
     * @param skipped events passed over because no handler wants them, or a filter or handler said so
     * @param deferred times that a filter has put an event off
     * @param notForUs entries passed over because they were redriven or replayed for another group
     * @param deadLettered events moved to the dead letters
     * @param reclaimed entries taken over from consumers that fell silent
     * @param lost entries that were trimmed or deleted while pending
     * @param loopFailures rounds of a loop that ended with an exception
     * @param loopRestarts loops that were started again because their thread had died
     */
    public record Totals(
            long handled,
            long failedAttempts,
            long retried,
            long duplicates,
            long skipped,
            long deferred,
            long notForUs,
            long deadLettered,
            long reclaimed,
            long lost,
            long loopFailures,
            long loopRestarts) {

        static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Totals plus(Totals other) {
            return new Totals(
                    handled + other.handled,
                    failedAttempts + other.failedAttempts,
                    retried + other.retried,
                    duplicates + other.duplicates,
                    skipped + other.skipped,
                    deferred + other.deferred,
                    notForUs + other.notForUs,
                    deadLettered + other.deadLettered,
                    reclaimed + other.reclaimed,
                    lost + other.lost,
                    loopFailures + other.loopFailures,
                    loopRestarts + other.loopRestarts);
        }
    }

    /**
     * One stream as read through one group.
     *
     * @param paused whether this stream is paused, by itself or with the server
     * @param lastHandledAt null if nothing was
     * @param backlog how far the group was behind when Redis was last asked, every 10 seconds; null if unknown
     */
    public record StreamStatus(
            String stream,
            String group,
            boolean paused,
            Totals totals,
            @Nullable Instant lastHandledAt,
            @Nullable BacklogStatus backlog) {}

    /**
     * What of a stream a group has still before it.
     *
     * @param pending entries delivered to a consumer of the group and not yet acknowledged (XPENDING)
     * @param oldestPendingAge since the oldest of them was added; zero if there is none
     * @param lag entries not yet delivered; counted up to 1,000 or about 1 MiB, beyond that Redis' own figure
     */
    public record BacklogStatus(long pending, Duration oldestPendingAge, long lag) {}

    /**
     * One of the threads that keep the server going.
     *
     * @param sinceProgress how long its last round without an error is over; zero while there is nothing to do
     * @param failures rounds that ended with an exception
     * @param lastFailure the message of the last one; null once a round went well again
     */
    public record LoopStatus(
            String name,
            Duration sinceProgress,
            long failures,
            @Nullable String lastFailure) {}

    /** One handler as it was added. */
    public record HandlerStatus(String pattern, String bodyClass, int priority, String description) {}
}
