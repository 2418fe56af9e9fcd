package dev.millrace.event;

/** How confidential an event's body is; on the wire in lower case. */
public enum Classification {
    /** May be shown to anyone. */
    PUBLIC,
    /** For use inside the organisation. */
    INTERNAL,
    /** For those who need it. */
    CONFIDENTIAL,
    /** For named persons or services only. */
    RESTRICTED
}
