package dev.millrace.publisher;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/**
 * One row of the table of a publisher's meters.
 *
 * @param kind counter, timer, summary or gauge
 * @param unit what it counts
 * @param tags its tag keys, always all of them
 */
record PublisherMeter(String name, String kind, String unit, List<String> tags, String meaning) {

    static final String OK = "ok";
    static final String ERROR = "error";

    private static final List<String> BY_TYPE = List.of("origin", "type");
    private static final List<String> BY_ORIGIN = List.of("origin");

    static final PublisherMeter PUBLISHED = new PublisherMeter(
            "millrace.publisher.published", "counter", "events", BY_TYPE, "stored, with an entry id");
    static final PublisherMeter FAILED = new PublisherMeter(
            "millrace.publisher.failed", "counter", "events", BY_TYPE, "accepted, but not stored or not known to be");
    static final PublisherMeter FORGOTTEN = new PublisherMeter(
            "millrace.publisher.failed.forgotten",
            "counter",
            "events",
            BY_TYPE,
            "left the list of failed events because newer ones had no room");
    static final PublisherMeter REFUSED = new PublisherMeter(
            "millrace.publisher.refused",
            "counter",
            "events",
            BY_TYPE,
            "refused in the caller's stack, never accepted");
    static final PublisherMeter DROPPED = new PublisherMeter(
            "millrace.publisher.dropped", "counter", "events", BY_TYPE, "dropped by a transformer, never sent");
    static final PublisherMeter RETRIED = new PublisherMeter(
            "millrace.publisher.retried", "counter", "events", BY_TYPE, "sent again after a failure that may pass");
    static final PublisherMeter SUSPECTED_DUPLICATES = new PublisherMeter(
            "millrace.publisher.suspected.duplicates",
            "counter",
            "events",
            BY_TYPE,
            "sent again after an attempt whose answer was lost: may be in the stream twice");
    static final PublisherMeter REORDERED = new PublisherMeter(
            "millrace.publisher.reordered",
            "counter",
            "events",
            BY_TYPE,
            "sent again after a newer event of their stream was stored");
    static final PublisherMeter LOOP_ERRORS = new PublisherMeter(
            "millrace.publisher.loop.errors", "counter", "errors", BY_ORIGIN, "turns of the send loop that failed");
    static final PublisherMeter PUBLISH = new PublisherMeter(
            "millrace.publisher.publish",
            "timer",
            "seconds",
            List.of("origin", "type", "outcome"),
            "from acceptance to being stored (ok), or given up (error)");
    static final PublisherMeter BATCH_SIZE =
            new PublisherMeter("millrace.publisher.batch.size", "summary", "events", BY_ORIGIN, "sent together");
    static final PublisherMeter BATCH_WAIT = new PublisherMeter(
            "millrace.publisher.batch.wait",
            "timer",
            "seconds",
            BY_ORIGIN,
            "from the acceptance of a batch's first event until the batch left, resends apart");
    static final PublisherMeter BUFFERED_EVENTS = new PublisherMeter(
            "millrace.publisher.buffered.events", "gauge", "events", BY_ORIGIN, "accepted and not yet completed");
    static final PublisherMeter BUFFERED_BYTES = new PublisherMeter(
            "millrace.publisher.buffered.bytes", "gauge", "bytes", BY_ORIGIN, "size of what is buffered");
    static final PublisherMeter IN_FLIGHT = new PublisherMeter(
            "millrace.publisher.inflight.batches", "gauge", "batches", BY_ORIGIN, "sent and not yet answered");

    static final PublisherMeter TRIMMED = new PublisherMeter(
            "millrace.publisher.retention.trimmed", "counter", "entries", BY_ORIGIN, "removed by retention");
    static final PublisherMeter LOST = new PublisherMeter(
            "millrace.publisher.retention.lost",
            "counter",
            "entries",
            BY_ORIGIN,
            "removed by a forced retention although a group had yet to handle them");
    static final PublisherMeter DEAD_LETTERS_TRIMMED = new PublisherMeter(
            "millrace.publisher.retention.dead.letters",
            "counter",
            "entries",
            BY_ORIGIN,
            "dead letters removed because of their age");
    static final PublisherMeter UNTENDED = new PublisherMeter(
            "millrace.publisher.retention.untended",
            "counter",
            "events",
            BY_ORIGIN,
            "published to streams beyond the 10,000 that retention sees to");
    static final PublisherMeter HELD_BACK = new PublisherMeter(
            "millrace.publisher.retention.held.back",
            "gauge",
            "streams",
            BY_ORIGIN,
            "above their limits because a group has fallen behind");
    static final PublisherMeter TIME_TO_LOSS = new PublisherMeter(
            "millrace.publisher.retention.time.to.loss",
            "gauge",
            "seconds",
            BY_ORIGIN,
            "until, at this rate, a forced retention reaches what a group has yet to handle; infinite where none is forced");

    /** As a registry knows it. */
    Meter.Id id(Tags values) {
        Meter.Type type = kind.equals("gauge") ? Meter.Type.GAUGE : Meter.Type.COUNTER;
        return new Meter.Id(name, values, unit, meaning, type);
    }

    /** Every meter that a publisher has. */
    static final List<PublisherMeter> TABLE = List.of(
            PUBLISHED,
            FAILED,
            FORGOTTEN,
            REFUSED,
            DROPPED,
            RETRIED,
            SUSPECTED_DUPLICATES,
            REORDERED,
            LOOP_ERRORS,
            TRIMMED,
            LOST,
            DEAD_LETTERS_TRIMMED,
            UNTENDED,
            HELD_BACK,
            TIME_TO_LOSS,
            PUBLISH,
            BATCH_SIZE,
            BATCH_WAIT,
            BUFFERED_EVENTS,
            BUFFERED_BYTES,
            IN_FLIGHT);
}
