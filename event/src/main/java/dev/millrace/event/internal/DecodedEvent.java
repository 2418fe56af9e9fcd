package dev.millrace.event.internal;

import dev.millrace.event.Body;
import dev.millrace.event.EventHeader;
import org.jspecify.annotations.Nullable;

/**
 * One event of an entry.
 *
 * @param index its place in the entry, from 0
 * @param header its header, complete
 * @param body its body, not yet parsed: a slice of the entry's bytes
 * @param contentType what the body is; null if that is not said, which means JSON
 */
public record DecodedEvent(
        int index, EventHeader header, Body body, @Nullable String contentType) {}
