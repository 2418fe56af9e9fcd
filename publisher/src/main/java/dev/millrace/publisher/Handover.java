package dev.millrace.publisher;

/** What callers hand to the send loop, in the order in which it was accepted. */
sealed interface Handover permits PendingEvent, FlushMark {}
