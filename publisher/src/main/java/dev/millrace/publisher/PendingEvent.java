package dev.millrace.publisher;

import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.StreamAppend;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An accepted event on its way to its answer. Its caller writes it until it is accepted, then only the send loop does
 * until it is settled, then only the thread that completes its future.
 */
final class PendingEvent implements Handover {

    private final String eventId;
    private final String type;
    private final StreamAppend append;
    private final CompletableFuture<PublishReceipt> future = new CompletableFuture<>();

    private Lane lane;
    private long acceptedAt;
    private boolean holdsRoom;

    private Flushes.@Nullable Epoch epoch;
    private long sequence;
    private boolean outcomeUnknown;
    private @Nullable String lastFault;
    private @Nullable String entryId;
    private @Nullable FailedEvent failure;

    PendingEvent(String eventId, String type, StreamAppend append, Lane lane) {
        this.eventId = eventId;
        this.type = type;
        this.append = append;
        this.lane = lane;
    }

    String eventId() {
        return eventId;
    }

    String type() {
        return type;
    }

    StreamAppend append() {
        return append;
    }

    Lane lane() {
        return lane;
    }

    /** Its lane was retired before it was accepted. */
    void moveTo(Lane successor) {
        lane = successor;
    }

    int bytes() {
        return append.bytes();
    }

    CompletableFuture<PublishReceipt> future() {
        return future;
    }

    /** The caller has room for it, from now on. */
    void accepted(long now) {
        acceptedAt = now;
        holdsRoom = true;
    }

    long acceptedAt() {
        return acceptedAt;
    }

    /** True once: whoever is told so gives the room back. */
    boolean takeRoom() {
        boolean held = holdsRoom;
        holdsRoom = false;
        return held;
    }

    /** The send loop takes it over. */
    void joined(Flushes.Epoch flushEpoch, long number) {
        epoch = flushEpoch;
        sequence = number;
    }

    Flushes.@Nullable Epoch epoch() {
        return epoch;
    }

    /** Its place in the order of acceptance. */
    long sequence() {
        return sequence;
    }

    /** Whether an earlier attempt may have stored it. */
    boolean outcomeUnknown() {
        return outcomeUnknown;
    }

    /** An attempt that belongs to the past may have stored it. */
    void mayBeStored() {
        outcomeUnknown = true;
    }

    void stored(String id) {
        entryId = id;
    }

    /** An attempt has failed; more may follow. */
    void attemptFailed(RedisFault fault) {
        lastFault = fault.message();
        outcomeUnknown |= fault.outcomeUnknown();
    }

    /** Nothing more is tried. */
    void failed(String reason) {
        String why = lastFault == null ? reason : reason + "; last answer: " + lastFault;
        Outcome outcome = outcomeUnknown ? Outcome.UNKNOWN : Outcome.NOT_STORED;
        failure = new FailedEvent(append, lane, new PublishException(eventId, type, outcome, why));
    }

    /** Nothing more is tried, and one attempt is still unanswered. */
    void failedInFlight(String reason) {
        outcomeUnknown = true;
        failed(reason);
    }

    /** What it was given up with; null if it was not. */
    @Nullable
    FailedEvent failure() {
        return failure;
    }

    /** Completes the future with what it was settled with. Runs what the user has attached to it. */
    void complete() {
        if (entryId != null) {
            future.complete(new PublishReceipt(append.stream(), entryId, eventId));
        } else {
            future.completeExceptionally(
                    failure != null ? failure.failure() : new IllegalStateException("completed before it was settled"));
        }
    }
}
