package dev.millrace.publisher;

import static dev.millrace.publisher.PublisherMeter.BATCH_SIZE;
import static dev.millrace.publisher.PublisherMeter.BATCH_WAIT;
import static dev.millrace.publisher.PublisherMeter.BUFFERED_BYTES;
import static dev.millrace.publisher.PublisherMeter.BUFFERED_EVENTS;
import static dev.millrace.publisher.PublisherMeter.DEAD_LETTERS_TRIMMED;
import static dev.millrace.publisher.PublisherMeter.DROPPED;
import static dev.millrace.publisher.PublisherMeter.FAILED;
import static dev.millrace.publisher.PublisherMeter.FORGOTTEN;
import static dev.millrace.publisher.PublisherMeter.HELD_BACK;
import static dev.millrace.publisher.PublisherMeter.IN_FLIGHT;
import static dev.millrace.publisher.PublisherMeter.LOOP_ERRORS;
import static dev.millrace.publisher.PublisherMeter.LOST;
import static dev.millrace.publisher.PublisherMeter.PUBLISH;
import static dev.millrace.publisher.PublisherMeter.PUBLISHED;
import static dev.millrace.publisher.PublisherMeter.REFUSED;
import static dev.millrace.publisher.PublisherMeter.REORDERED;
import static dev.millrace.publisher.PublisherMeter.RETRIED;
import static dev.millrace.publisher.PublisherMeter.SUSPECTED_DUPLICATES;
import static dev.millrace.publisher.PublisherMeter.TIME_TO_LOSS;
import static dev.millrace.publisher.PublisherMeter.TRIMMED;

import dev.millrace.event.internal.SharedMeters;
import dev.millrace.event.internal.SharedMeters.Merge;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publisher's meters: the only class here that knows Micrometer. Does nothing without a registry. Thread-safe. */
final class PublisherMeters implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PublisherMeters.class);

    /** Types beyond this many share the tag value {@value #OTHER}. */
    static final int MAX_TYPES = 200;

    static final String OTHER = "other";

    private final @Nullable MeterRegistry registry;
    private final @Nullable SharedMeters shared;
    private final @Nullable BatchMeters batches;
    private final Tags origin;
    private final Map<String, TypeMeters> byType = new ConcurrentHashMap<>();
    private volatile boolean closed;

    PublisherMeters(@Nullable MeterRegistry registry, String origin) {
        this.registry = registry;
        this.shared = registry == null ? null : new SharedMeters(registry);
        this.origin = Tags.of("origin", origin);
        this.batches = registry == null ? null : new BatchMeters(registry);
    }

    void watch(Accumulator accumulator, SendLoop loop) {
        gauge(BUFFERED_EVENTS, Merge.SUM, accumulator::events);
        gauge(BUFFERED_BYTES, Merge.SUM, accumulator::bytes);
        gauge(IN_FLIGHT, Merge.SUM, loop::inFlight);
    }

    void watch(RetentionLoop retention) {
        // Publishers of one origin take turns with a stream: what each remembers of it is not to be added up.
        gauge(HELD_BACK, Merge.HIGHEST, retention::heldBack);
        gauge(TIME_TO_LOSS, Merge.LOWEST, retention::secondsToLoss);
        trimmed(0, 0);
        deadLettersTrimmed(0);
    }

    void trimmed(long removed, long lost) {
        count(TRIMMED, removed);
        count(LOST, lost);
    }

    /** A batch leaves for the first time. */
    void batch(int events, long waitedNanos) {
        if (batches != null) {
            batches.sent(events, waitedNanos);
        }
    }

    void deadLettersTrimmed(long removed) {
        if (registry != null) {
            counter(registry, DEAD_LETTERS_TRIMMED, Tags.of("origin", origin)).increment((double) removed);
        }
    }

    void published(String type, long nanos) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.published.increment();
            meters.publish.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Given up this long after its acceptance. */
    void failed(String type, long nanos) {
        TypeMeters meters = of(type);
        if (meters != null) {
            meters.failed.increment();
            meters.givenUp.record(nanos, TimeUnit.NANOSECONDS);
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
        count(LOOP_ERRORS, 1);
    }

    /** Removes what was registered, unless another publisher of this origin uses it. */
    @Override
    public void close() {
        closed = true;
        if (shared != null) {
            shared.close();
        }
    }

    private @Nullable TypeMeters of(String type) {
        if (registry == null || closed) {
            return null;
        }
        TypeMeters known = byType.get(type);
        if (known != null) {
            return known;
        }
        String tag = byType.size() < MAX_TYPES ? type : OTHER;
        try {
            return byType.computeIfAbsent(tag, t -> new TypeMeters(registry, origin.and("type", t)));
        } catch (RuntimeException e) {
            // A registry that refuses a meter must not cost an event.
            LOG.warn("Meters for event type {} could not be registered", tag, e);
            return null;
        }
    }

    private void gauge(PublisherMeter row, Merge merge, DoubleSupplier value) {
        if (shared != null) {
            shared.gauge(row.id(origin), merge, value);
        }
    }

    private void count(PublisherMeter row, long times) {
        if (registry != null && !closed) {
            counter(registry, row, origin).increment((double) times);
        }
    }

    private Counter counter(MeterRegistry to, PublisherMeter row, Tags tags) {
        return used(() -> Counter.builder(row.name())
                .description(row.meaning())
                .baseUnit(row.unit())
                .tags(tags)
                .register(to));
    }

    private Timer timer(MeterRegistry to, PublisherMeter row, Tags tags) {
        return used(() ->
                Timer.builder(row.name()).description(row.meaning()).tags(tags).register(to));
    }

    private <M extends Meter> M used(Supplier<M> registration) {
        M meter = shared == null ? null : shared.use(registration);
        if (meter == null) {
            throw new IllegalStateException("the publisher's meters are closed");
        }
        return meter;
    }

    /** The meters of all batches. */
    private final class BatchMeters {

        private final DistributionSummary size;
        private final Timer wait;

        BatchMeters(MeterRegistry to) {
            size = used(() -> DistributionSummary.builder(BATCH_SIZE.name())
                    .description(BATCH_SIZE.meaning())
                    .baseUnit(BATCH_SIZE.unit())
                    .tags(origin)
                    .register(to));
            wait = timer(to, BATCH_WAIT, origin);
        }

        void sent(int events, long waitedNanos) {
            size.record(events);
            wait.record(waitedNanos, TimeUnit.NANOSECONDS);
        }
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
        private final Timer givenUp;

        TypeMeters(MeterRegistry to, Tags tags) {
            published = counter(to, PUBLISHED, tags);
            failed = counter(to, FAILED, tags);
            forgotten = counter(to, FORGOTTEN, tags);
            refused = counter(to, REFUSED, tags);
            dropped = counter(to, DROPPED, tags);
            retried = counter(to, RETRIED, tags);
            suspectedDuplicates = counter(to, SUSPECTED_DUPLICATES, tags);
            reordered = counter(to, REORDERED, tags);
            publish = timer(to, PUBLISH, tags.and("outcome", PublisherMeter.OK));
            givenUp = timer(to, PUBLISH, tags.and("outcome", PublisherMeter.ERROR));
        }
    }
}
