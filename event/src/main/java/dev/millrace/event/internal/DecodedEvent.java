package dev.millrace.event.internal;

import dev.millrace.event.Body;
import dev.millrace.event.EventHeader;

/**
 * One event of an entry.
 *
 * @param index its place in the entry, from 0
 * @param header its header, complete
 * @param body its body, not yet parsed: a slice of the entry's bytes
 */
public record DecodedEvent(int index, EventHeader header, Body body) {}
