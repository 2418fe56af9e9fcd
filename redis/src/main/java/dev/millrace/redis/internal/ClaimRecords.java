package dev.millrace.redis.internal;

/**
 * How much a group's idempotency claims are.
 *
 * @param records those written and not yet removed with their part; released ones are counted until then
 * @param bytes what Redis says they occupy, by a sample of its own
 * @param oldestMillis where the oldest bucket begins, in milliseconds of entry ids; -1 if there is none
 */
public record ClaimRecords(long records, long bytes, long oldestMillis) {}
