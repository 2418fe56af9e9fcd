package dev.millrace.consumer;

import dev.millrace.event.Body;
import dev.millrace.event.EventHeader;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event that was given up, as it stands among the dead letters. Immutable.
 *
 * @param id its id there
 * @param at when it was moved there, by Redis' clock
 * @param stream where it came from; empty if somebody else than Millrace wrote it
 * @param group for which it failed; other groups may have handled it. Empty as {@code stream}
 * @param entryId the entry that carried it; empty as {@code stream}
 * @param index its place in that entry, from 0; -1 if the entry was given up as a whole
 * @param reason why it is here; null if it is none that this version knows
 * @param failure what went wrong
 * @param redriven how often it came back from here before
 * @param replayed whether a replay had made the entry
 * @param header null if the entry cannot be read as an event: then look at {@code fields}
 * @param body null if the entry cannot be read as an event
 * @param fields the entry's own fields, byte for byte
 */
public record DeadLetter(
        String id,
        Instant at,
        String stream,
        String group,
        String entryId,
        int index,
        @Nullable DeadLetterReason reason,
        Failure failure,
        int redriven,
        boolean replayed,
        @Nullable EventHeader header,
        @Nullable Body body,
        List<Field> fields) {

    /**
     * What went wrong.
     *
     * @param consumer who gave it up; empty if unknown
     * @param attempts how often a handler was begun; 0 if none was
     * @param first when it failed for the first time in that consumer; null if unknown
     * @param last when it failed for the last time; null if unknown
     * @param exception class of what the handler threw; null if nothing was thrown
     * @param message at most 2,000 characters; null as {@code exception}
     * @param stack at most 8,000 characters; null as {@code exception}
     */
    public record Failure(
            String consumer,
            int attempts,
            @Nullable Instant first,
            @Nullable Instant last,
            @Nullable String exception,
            @Nullable String message,
            @Nullable String stack) {}

    /**
     * A field of the entry.
     *
     * @param name the field's name
     * @param value its bytes, not copied
     */
    public record Field(String name, Body value) {}
}
