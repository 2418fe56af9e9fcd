package dev.millrace.consumer;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a redrive did. Immutable.
 *
 * @param end why it ended
 * @param redriven how many went back to their streams; in a dry run, would have gone
 * @param byType of these, how many of which event type; {@code (unreadable)} for what cannot be read as an event
 * @param refused what stayed, and why; see {@link Redrive#force()}
 * @param repeats letters of an event that went already, removed; in a dry run, would have been removed
 * @param gone letters that somebody else redrove or purged meanwhile
 * @param stoppedAt the dead letter at which it stopped: the renewed one, or the one that came to no end; null if it did not
 */
public record RedriveReport(
        End end,
        long redriven,
        Map<String, Long> byType,
        Map<Refusal, Long> refused,
        long repeats,
        long gone,
        @Nullable String stoppedAt) {

    /** Why a redrive ended. */
    public enum End {
        /** There were no more. */
        DONE,
        /** As many as were asked for. */
        MOST_REACHED,
        /** One is among the dead letters again. */
        FAILED_AGAIN,
        /** One was neither handled nor dead when the patience ended: is a server of its group running? */
        NO_OUTCOME
    }

    /** Why a letter stayed. */
    public enum Refusal {
        /** It came back as often as {@link Redrive#maxRedriven} allows. */
        TOO_OFTEN,
        /** It cannot be read as an event, and would come back as malformed. */
        UNREADABLE,
        /** Its stream or its group does not exist: nobody would handle it. */
        NO_GROUP,
        /** Somebody else than Millrace wrote it: where it belongs is not known; not even by force. */
        FOREIGN
    }
}
