package dev.millrace.consumer;

import dev.millrace.event.Body;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import org.jspecify.annotations.Nullable;

/**
 * Changes an event before its handlers see it: lifts the body of an old version to the present one, for instance.
 *
 * <p>It runs once in an event's time here, on a worker, before the first handler; which handlers care for the event, its
 * idempotency key and its ordering key have been read from the event as it came. Called by several threads at once:
 * implementations are thread-safe.
 */
@FunctionalInterface
public interface DeliveryTransformer {

    /**
     * Decides what the handlers are given.
     *
     * @param body the serialised body, not yet read; {@code BodyCodec.json().decode(body, Map.class)} reads it
     * @return {@code new Event(header, body)} to leave it as it is, or another header, or a body of any kind that the server's
     *     body codec serialises; null = the event is skipped: acknowledged without having been handled, and counted
     * @throws Exception if it failed: as if a handler had, by the server's retry policy
     */
    @Nullable
    Event transform(EventHeader header, Body body) throws Exception;
}
