package dev.millrace.consumer;

/** What happens to an event for whose type no handler was added. Each is counted, and warned of once a type. */
public enum UnhandledPolicy {
    /** It is passed over: other groups may care for it. The default. */
    SKIP,
    /** It goes to the dead letters, with reason NO_HANDLER. */
    DEAD_LETTER,
    /** It stays pending, and comes back to one of the group's servers after each claim-idle, until one has a handler. */
    LEAVE_PENDING
}
