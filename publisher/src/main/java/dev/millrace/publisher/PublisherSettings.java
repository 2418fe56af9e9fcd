package dev.millrace.publisher;

import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.Checks;
import dev.millrace.redis.internal.StreamAppender;
import java.time.Duration;

/**
 * What the builder was told, checked; immutable.
 *
 * @param origin the publishing service
 * @param maxEventBytes how large one event's entry may be
 */
record PublisherSettings(
        String origin, BatchLimits batch, Buffer buffer, Timeouts timeouts, Delivery delivery, int maxEventBytes) {

    static final Duration LONGEST = Duration.ofDays(365);
    private static final int LARGEST_ENTRY = 512 << 20;

    PublisherSettings {
        checkOrigin(origin);
        Checks.between("maxEventBytes", maxEventBytes, 1, LARGEST_ENTRY);
        if (buffer.bytes < maxEventBytes) {
            throw new IllegalArgumentException("buffer.bytes: got " + buffer.bytes + ", less than maxEventBytes "
                    + maxEventBytes + ": such an event could never be accepted; raise the one or lower the other");
        }
        if (batch.maxWait().compareTo(timeouts.delivery) >= 0) {
            throw new IllegalArgumentException(
                    "batch.maxWait: got " + batch.maxWait() + ", not less than deliveryTimeout " + timeouts.delivery
                            + ": events would fail before they leave; raise the one or lower the other");
        }
        long inFlight = Math.min(buffer.events, (long) batch.maxEvents() * batch.maxConcurrentBatches());
        if (inFlight > StreamAppender.MOST_IN_FLIGHT) {
            throw new IllegalArgumentException("batch.maxEvents, batch.maxConcurrentBatches: got " + batch.maxEvents()
                    + " and " + batch.maxConcurrentBatches() + " with buffer.events " + buffer.events + ": " + inFlight
                    + " events could be in flight, and the Redis client takes " + StreamAppender.MOST_IN_FLIGHT
                    + "; lower one of the three");
        }
    }

    private static void checkOrigin(String origin) {
        if (origin.isBlank()) {
            throw new IllegalArgumentException("origin: got '" + origin + "'; name the service that publishes");
        }
        EventHeader unused = EventHeader.builder("a").origin(origin).build(); // refuses what no header may have
    }

    /**
     * How much may be accepted and not yet completed.
     *
     * @param blockFor how long publishing waits for room; zero = not at all
     */
    record Buffer(int events, long bytes, Duration blockFor) {
        Buffer {
            Checks.between("buffer.events", events, 1, Load.MAX_EVENTS);
            Checks.between("buffer.bytes", bytes, 1, Load.MAX_BYTES);
            Checks.between("blockFor", blockFor, Duration.ZERO, LONGEST);
        }
    }

    /**
     * How long things may take.
     *
     * @param delivery from acceptance to the end of retrying
     * @param close sending what is left
     */
    record Timeouts(Duration delivery, Duration close) {

        private static final Duration ATTEMPT = Duration.ofSeconds(10);

        Timeouts {
            Checks.between("deliveryTimeout", delivery, Duration.ofMillis(1), LONGEST);
            Checks.between("closeTimeout", close, Duration.ZERO, LONGEST);
        }

        /** One batch's answer. */
        Duration attempt() {
            return delivery.compareTo(ATTEMPT) < 0 ? delivery : ATTEMPT;
        }
    }

    /**
     * What becomes of what fails.
     *
     * @param retries whether what can pass is tried again
     * @param strictOrder whether one batch a stream is in flight, all of it or nothing
     * @param keptEvents how many failed events are kept
     * @param keptBytes how many bytes of them
     */
    record Delivery(boolean retries, boolean strictOrder, int keptEvents, long keptBytes) {

        static final Delivery DEFAULTS = new Delivery(true, false, 1_000, 16 << 20);

        Delivery {
            Checks.between("failedEvents.events", keptEvents, 0, 1_000_000);
            Checks.between("failedEvents.bytes", keptBytes, 0, Load.MAX_BYTES);
        }

        Delivery withRetries(boolean on) {
            return new Delivery(on, strictOrder, keptEvents, keptBytes);
        }

        Delivery withStrictOrder(boolean on) {
            return new Delivery(retries, on, keptEvents, keptBytes);
        }

        Delivery withKept(int events, long bytes) {
            return new Delivery(retries, strictOrder, events, bytes);
        }
    }
}
