package dev.millrace.consumer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a replay did. Immutable.
 *
 * @param id the replay's name; stands in {@code millrace.replayed} of what it appended
 * @param replayed how many events were handled or appended; in a dry run, would have been
 * @param byType of these, how many of which type, the largest number first
 * @param duplicates passed over: the same event came before in this replay
 * @param copies entries passed over: redriven or replayed, so that their first one is in the stream too
 * @param unreadable entries passed over: they cannot be read as events
 * @param failed how many failed in the handler
 * @param missing of the entries asked for by id, those that are not in the stream
 * @param last the last entry that was dealt with: go on {@link Replay#after} it; null if there was none
 * @param failure the first failure; null if there was none
 */
public record ReplayReport(
        String id,
        long replayed,
        Map<String, Long> byType,
        long duplicates,
        long copies,
        long unreadable,
        long failed,
        List<String> missing,
        @Nullable String last,
        @Nullable Failure failure) {

    /**
     * A handler failed.
     *
     * @param entryId the entry
     * @param index which event of it
     * @param error what it threw
     */
    public record Failure(String entryId, int index, Throwable error) {}
}
