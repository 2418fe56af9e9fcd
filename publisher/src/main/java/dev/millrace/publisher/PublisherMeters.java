package dev.millrace.publisher;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publisher's meters: the only class here that knows Micrometer. Does nothing without a registry. Thread-safe. */
final class PublisherMeters implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PublisherMeters.class);

    /**
     * One row of the table of meters.
     *
     * @param kind counter, timer or gauge
     * @param unit what it counts
     * @param tags its tag keys, always all of them
     */
    record Row(String name, String kind, String unit, List<String> tags, String meaning) {}

    private static final List<String> BY_TYPE = List.of("origin", "type");
    private static final List<String> BY_ORIGIN = List.of("origin");

    private static final Row PUBLISHED =
            new Row("millrace.publisher.published", "counter", "events", BY_TYPE, "stored, with an entry id");
    private static final Row FAILED = new Row(
            "millrace.publisher.failed", "counter", "events", BY_TYPE, "accepted, but not stored or not known to be");
    private static final Row FORGOTTEN = new Row(
            "millrace.publisher.failed.forgotten",
            "counter",
            "events",
            BY_TYPE,
            "left the list of failed events because newer ones had no room");
    private static final Row REFUSED = new Row(
            "millrace.publisher.refused",
            "counter",
            "events",
            BY_TYPE,
            "refused in the caller's stack, never accepted");
    private static final Row DROPPED =
            new Row("millrace.publisher.dropped", "counter", "events", BY_TYPE, "dropped by a transformer, never sent");
    private static final Row RETRIED = new Row(
            "millrace.publisher.retried", "counter", "events", BY_TYPE, "sent again after a failure that may pass");
    private static final Row SUSPECTED_DUPLICATES = new Row(
            "millrace.publisher.suspected.duplicates",
            "counter",
            "events",
            BY_TYPE,
            "sent again after an attempt whose answer was lost: may be in the stream twice");
    private static final Row REORDERED = new Row(
            "millrace.publisher.reordered",
            "counter",
            "events",
            BY_TYPE,
            "sent again after a newer event of their stream was stored");
    private static final Row LOOP_ERRORS = new Row(
            "millrace.publisher.loop.errors", "counter", "errors", BY_ORIGIN, "turns of the send loop that failed");
    private static final Row PUBLISH =
            new Row("millrace.publisher.publish", "timer", "seconds", BY_TYPE, "from acceptance to being stored");
    private static final Row BUFFERED_EVENTS = new Row(
            "millrace.publisher.buffered.events", "gauge", "events", BY_ORIGIN, "accepted and not yet completed");
    private static final Row BUFFERED_BYTES =
            new Row("millrace.publisher.buffered.bytes", "gauge", "bytes", BY_ORIGIN, "size of what is buffered");
    private static final Row IN_FLIGHT =
            new Row("millrace.publisher.inflight.batches", "gauge", "batches", BY_ORIGIN, "sent and not yet answered");

    /** Every meter that a publisher has. */
    static final List<Row> TABLE = List.of(
            PUBLISHED,
            FAILED,
            FORGOTTEN,
            REFUSED,
            DROPPED,
            RETRIED,
            SUSPECTED_DUPLICATES,
            REORDERED,
            LOOP_ERRORS,
            PUBLISH,
            BUFFERED_EVENTS,
            BUFFERED_BYTES,
            IN_FLIGHT);

    /** Types beyond this many share the tag value {@value #OTHER}. */
    static final int MAX_TYPES = 200;

    static final String OTHER = "other";

    private final @Nullable MeterRegistry registry;
    private final String origin;
    private final Map<String, TypeMeters> byType = new ConcurrentHashMap<>();
    private final Queue<Runnable> releases = new ConcurrentLinkedQueue<>();

    PublisherMeters(@Nullable MeterRegistry registry, String origin) {
        this.registry = registry;
        this.origin = origin;
    }

    void watch(Accumulator accumulator, SendLoop loop) {
        gauge(BUFFERED_EVENTS, accumulator, Accumulator::events);
        gauge(BUFFERED_BYTES, accumulator, Accumulator::bytes);
        gauge(IN_FLIGHT, loop, SendLoop::inFlight);
    }

    void published(String type, long nanos) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.published.increment();
            meters.publish.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    void failed(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.failed.increment();
        }
    }

    void forgotten(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.forgotten.increment();
        }
    }

    void refused(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.refused.increment();
        }
    }

    void dropped(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.dropped.increment();
        }
    }

    void retried(String type, boolean overtaken) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.retried.increment();
            if (overtaken) {
                meters.reordered.increment();
            }
        }
    }

    void suspectedDuplicate(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.suspectedDuplicates.increment();
        }
    }

    void loopError() {
        if (registry != null) {
            counter(registry, LOOP_ERRORS, Tags.of("origin", origin)).increment();
        }
    }

    /** Removes what was registered, unless another publisher of this origin uses it. */
    @Override
    public void close() {
        if (registry != null) {
            for (Runnable release = releases.poll(); release != null; release = releases.poll()) {
                release.run();
            }
        }
    }

    private @Nullable TypeMeters of(String type) {
        if (registry == null) {
            return null;
        }
        TypeMeters known = byType.get(type);
        if (known != null) {
            return known;
        }
        String tag = byType.size() < MAX_TYPES ? type : OTHER;
        try {
            return byType.computeIfAbsent(tag, t -> new TypeMeters(registry, Tags.of("origin", origin, "type", t)));
        } catch (RuntimeException e) {
            // A registry that refuses a meter must not cost an event.
            LOG.warn("Meters for event type {} could not be registered", tag, e);
            return null;
        }
    }

    private <T> void gauge(Row row, T source, ToDoubleFunction<T> value) {
        if (registry != null) {
            MeterShares shares = MeterShares.of(registry);
            String key = row.name + ' ' + origin;
            DoubleSupplier own = () -> value.applyAsDouble(source);
            Gauge gauge = shares.sum(
                    key,
                    own,
                    sum -> Gauge.builder(row.name, sum)
                            .description(row.meaning)
                            .baseUnit(row.unit)
                            .tags("origin", origin)
                            .register(registry));
            releases.add(() -> {
                shares.release(key, own);
                shares.release(registry, gauge);
            });
        }
    }

    private Counter counter(MeterRegistry to, Row row, Tags tags) {
        return shared(
                to,
                () -> Counter.builder(row.name)
                        .description(row.meaning)
                        .baseUnit(row.unit)
                        .tags(tags)
                        .register(to));
    }

    private <M extends Meter> M shared(MeterRegistry to, Supplier<M> registration) {
        MeterShares shares = MeterShares.of(to);
        M meter = shares.use(registration);
        releases.add(() -> shares.release(to, meter));
        return meter;
    }

    /** The meters of one event type. */
    private final class TypeMeters {

        private final Counter published;
        private final Counter failed;
        private final Counter forgotten;
        private final Counter refused;
        private final Counter dropped;
        private final Counter retried;
        private final Counter suspectedDuplicates;
        private final Counter reordered;
        private final Timer publish;

        TypeMeters(MeterRegistry to, Tags tags) {
            published = counter(to, PUBLISHED, tags);
            failed = counter(to, FAILED, tags);
            forgotten = counter(to, FORGOTTEN, tags);
            refused = counter(to, REFUSED, tags);
            dropped = counter(to, DROPPED, tags);
            retried = counter(to, RETRIED, tags);
            suspectedDuplicates = counter(to, SUSPECTED_DUPLICATES, tags);
            reordered = counter(to, REORDERED, tags);
            publish = shared(
                    to,
                    () -> Timer.builder(PUBLISH.name)
                            .description(PUBLISH.meaning)
                            .tags(tags)
                            .register(to));
        }
    }
}
