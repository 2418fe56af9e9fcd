package dev.millrace.publisher;

import java.time.Duration;

/**
 * What the builder has checked; immutable.
 *
 * @param origin the publishing service
 * @param maxEventBytes how large one event's entry may be
 */
record PublisherSettings(String origin, BatchLimits batch, Buffer buffer, Timeouts timeouts, int maxEventBytes) {

    /**
     * How much may be accepted and not yet completed.
     *
     * @param blockFor how long publishing waits for room; zero = not at all
     */
    record Buffer(int events, long bytes, Duration blockFor) {}

    /**
     * How long things may take.
     *
     * @param delivery from acceptance to the end of retrying
     * @param attempt one batch's answer
     * @param close sending what is left
     */
    record Timeouts(Duration delivery, Duration attempt, Duration close) {}
}
