package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.internal.ContentEncoding;
import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.SplitCodec;
import dev.millrace.event.internal.WireForms;
import dev.millrace.redis.internal.StreamAppend;

/** An event that was accepted and then given up, as it would have been sent; immutable. */
public final class FailedEvent {

    private final StreamAppend append;
    private final Lane lane;
    private final PublishException failure;

    FailedEvent(StreamAppend append, Lane lane, PublishException failure) {
        this.append = append;
        this.lane = lane;
        this.failure = failure;
    }

    /** The event's id. */
    public String eventId() {
        return failure.eventId();
    }

    /** The event's type. */
    public String type() {
        return failure.type();
    }

    /** The stream that it was to be stored in. */
    public String stream() {
        return append.stream();
    }

    /** Why it was given up, and whether it may be stored all the same. */
    public PublishException failure() {
        return failure;
    }

    /** The event with its header and id, and its serialised body as a {@code byte[]}; it can be published as it is. */
    public Event event() {
        DecodedEvent decoded = WireForms.decode(append.fields(), eventId(), ContentEncoding.MOST_OPENED)
                .get(0);
        return new Event(decoded.header(), decoded.body().copy());
    }

    /** The same event once more, under the same id; whether it is stored already is as unknown as it was. */
    PendingEvent again() {
        PendingEvent again = new PendingEvent(eventId(), type(), append, lane);
        if (failure.outcome() == PublishException.Outcome.UNKNOWN) {
            again.mayBeStored();
        }
        return again;
    }

    /** What the bytes of the body are. */
    String contentType() {
        byte[] header = append.header();
        String named = header == null ? null : SplitCodec.contentType(header);
        return named == null ? "application/json" : named;
    }

    int bytes() {
        return append.bytes();
    }

    /** Id, type and reason only. */
    @Override
    public String toString() {
        return "FailedEvent[" + failure.getMessage() + "]";
    }
}
