package dev.millrace.routing;

/** Whose batches leave first when several are due at a time. */
public enum Priority {
    /** Before all others. */
    HIGH,
    /** What a route has unless it says otherwise. */
    NORMAL,
    /** When nothing else is due. */
    LOW
}
