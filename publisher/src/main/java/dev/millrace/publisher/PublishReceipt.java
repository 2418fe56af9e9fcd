package dev.millrace.publisher;

/**
 * Where a published event is stored; immutable.
 *
 * @param stream the stream
 * @param entryId the id that Redis gave the entry, for instance {@code 1732147200000-0}
 * @param eventId the event's own id
 */
public record PublishReceipt(String stream, String entryId, String eventId) {}
