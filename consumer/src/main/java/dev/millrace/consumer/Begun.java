package dev.millrace.consumer;

import java.util.List;

/**
 * What a worker has in hand: one event, or those of a batch.
 *
 * @param gates where they count as inside until the worker comes back
 */
record Begun(List<EventInFlight> events, List<Gate> gates) {

    static final Begun NOTHING = new Begun(List.of(), List.of());
}
