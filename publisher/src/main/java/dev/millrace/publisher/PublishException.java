package dev.millrace.publisher;

/** One event was not published, or may not have been: {@link #outcome()} says which. */
public final class PublishException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is known about an event whose publishing failed. */
    public enum Outcome {
        /** The event is surely not in the stream. */
        NOT_STORED,
        /** The event was sent at least once without an answer: it may be in the stream. */
        UNKNOWN,
        /** A transformer dropped the event: it was never sent. */
        DROPPED
    }

    private final String eventId;
    private final String type;
    private final Outcome outcome;

    PublishException(String eventId, String type, Outcome outcome, String reason) {
        super(describe(eventId, type, outcome, reason));
        this.eventId = eventId;
        this.type = type;
        this.outcome = outcome;
    }

    /** The event's id. */
    public String eventId() {
        return eventId;
    }

    /** The event's type. */
    public String type() {
        return type;
    }

    /** Whether the event is surely not stored, or may be, or was not meant to be. */
    public Outcome outcome() {
        return outcome;
    }

    private static String describe(String eventId, String type, Outcome outcome, String reason) {
        String what = outcome == Outcome.UNKNOWN ? " may or may not be stored: " : " was not stored: ";
        return "event " + eventId + " (" + type + ")" + what + reason;
    }
}
