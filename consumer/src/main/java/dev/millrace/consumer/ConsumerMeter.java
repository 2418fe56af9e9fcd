package dev.millrace.consumer;

import dev.millrace.event.internal.SharedMeters.Merge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of the table of a consumer's meters.
 *
 * @param kind counter, timer, summary or gauge
 * @param unit what it counts
 * @param tags its tag keys, always all of them
 */
record ConsumerMeter(String name, String kind, String unit, List<String> tags, String meaning) {

    private static final String PREFIX = "millrace.consumer.";
    private static final List<String> BY_PLACE = List.of("stream", "group");

    static final ConsumerMeter HANDLING = new ConsumerMeter(
            PREFIX + "handling",
            "timer",
            "seconds",
            List.of("stream", "group", "type", "outcome"),
            "one attempt: body, validation, handlers");
    static final ConsumerMeter LATENCY = new ConsumerMeter(
            PREFIX + "latency",
            "timer",
            "seconds",
            List.of("stream", "group", "type"),
            "from the event's timestamp to the end of its handling, within a year");
    static final ConsumerMeter DEAD_LETTERS = new ConsumerMeter(
            PREFIX + "dead.letters",
            "counter",
            "events",
            List.of("stream", "group", "reason"),
            "moved to the dead letters");
    static final ConsumerMeter ACK_BATCH =
            new ConsumerMeter(PREFIX + "ack.batch", "summary", "entries", BY_PLACE, "acknowledged with one command");
    static final ConsumerMeter RUNNING = gauge("running", "events", "in handlers");
    static final ConsumerMeter BUFFERED =
            gauge("buffered", "events", "read ahead, or waiting for their key or handler");
    static final ConsumerMeter OVERDUE = gauge("overdue", "events", "in handlers that ignore their time limit");
    static final ConsumerMeter WAITING = gauge("waiting", "events", "between two attempts");
    static final ConsumerMeter IN_FLIGHT =
            gauge("in.flight", "entries", "held: buffered, running, waiting, or not yet acknowledged");
    static final ConsumerMeter LAG = gauge("lag", "entries", "not yet delivered to the group");
    static final ConsumerMeter PENDING =
            gauge("pending", "entries", "delivered to a consumer of the group, not yet acknowledged");
    static final ConsumerMeter OLDEST_PENDING =
            gauge("oldest.pending.age", "seconds", "since the oldest pending entry was added");
    static final ConsumerMeter LOOP_AGE =
            gauge("loop.age", "seconds", "by which the slowest loop is late with a round that ends without an error");

    static final ConsumerMeter BREAKER = new ConsumerMeter(
            PREFIX + "breaker",
            "gauge",
            "state",
            List.of("stream", "group", "breaker"),
            "of a handler's circuit breaker: 0 closed, 1 half open, 2 open");
    static final ConsumerMeter RECORDS = gauge(
            "idempotency.records", "records", "idempotency records in Redis, released ones until their part goes");
    static final ConsumerMeter RECORD_BYTES =
            gauge("idempotency.bytes", "bytes", "what these occupy in Redis, by its estimate");
    static final ConsumerMeter OLDEST_RECORD =
            gauge("idempotency.oldest", "seconds", "since the oldest bucket of these began");

    private static final List<ConsumerMeter> IN_HAND = List.of(RUNNING, BUFFERED, OVERDUE, WAITING, IN_FLIGHT);

    static ConsumerMeter counter(String name, String unit, String meaning) {
        return new ConsumerMeter(PREFIX + name, "counter", unit, BY_PLACE, meaning);
    }

    private static ConsumerMeter gauge(String name, String unit, String meaning) {
        return new ConsumerMeter(PREFIX + name, "gauge", unit, BY_PLACE, meaning);
    }

    /** As a registry knows it. */
    Meter.Id id(Tags values) {
        Meter.Type type = kind.equals("gauge") ? Meter.Type.GAUGE : Meter.Type.COUNTER;
        return new Meter.Id(name, values, unit, meaning, type);
    }

    /** What several servers of one group show together: what each has in hand adds up, what Redis says of the group does not. */
    Merge merge() {
        return IN_HAND.contains(this) ? Merge.SUM : Merge.HIGHEST;
    }

    /** Every meter that a consumer has. */
    static List<ConsumerMeter> table() {
        List<ConsumerMeter> all = new ArrayList<>(List.of(HANDLING, LATENCY, DEAD_LETTERS));
        for (Counted counted : Counted.values()) {
            all.add(counted.meter());
        }
        all.addAll(List.of(ACK_BATCH, RUNNING, OVERDUE, BUFFERED, WAITING, IN_FLIGHT));
        all.addAll(List.of(LAG, PENDING, OLDEST_PENDING, LOOP_AGE, BREAKER));
        all.addAll(List.of(RECORDS, RECORD_BYTES, OLDEST_RECORD));
        return List.copyOf(all);
    }
}
