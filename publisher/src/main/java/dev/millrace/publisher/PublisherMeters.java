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
import static dev.millrace.publisher.PublisherMeter.UNTENDED;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publisher's meters: the only class here that knows Micrometer. Does nothing without a registry. Thread-safe. */
final class PublisherMeters implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PublisherMeters.class);

    private final @Nullable MeterRegistry registry;
    private final @Nullable SharedMeters shared;
    private final @Nullable BatchMeters batches;
    private final Tags origin;
    private final Map<String, TypeMeters> byType = new ConcurrentHashMap<>();
    private final Map<PublisherMeter, Counter> byRow = new ConcurrentHashMap<>();
    private final AtomicBoolean saidBroken = new AtomicBoolean();
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
        // Or nobody sees it rise the first time.
        count(LOOP_ERRORS, 0);
    }

    void watch(RetentionLoop retention) {
        // Publishers of one origin take turns with a stream: what each remembers of it is not to be added up.
        gauge(HELD_BACK, Merge.HIGHEST, retention::heldBack);
        gauge(TIME_TO_LOSS, Merge.LOWEST, retention::secondsToLoss);
        trimmed(0, 0);
        deadLettersTrimmed(0);
        count(UNTENDED, 0);
    }

    void untended() {
        count(UNTENDED, 1);
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
        count(DEAD_LETTERS_TRIMMED, removed);
    }

    void published(String type, long nanos) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.published);
            record(meters.publish, nanos);
        }
    }

    /** Given up this long after its acceptance. */
    void failed(String type, long nanos) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.failed);
            record(meters.givenUp, nanos);
        }
    }

    void forgotten(String type) {
        count(type, of -> of.forgotten);
    }

    void refused(String type) {
        count(type, of -> of.refused);
    }

    void dropped(String type) {
        count(type, of -> of.dropped);
    }

    void retried(String type, boolean overtaken) {
        count(type, of -> of.retried);
        if (overtaken) {
            count(type, of -> of.reordered);
        }
    }

    void suspectedDuplicate(String type) {
        count(type, of -> of.suspectedDuplicates);
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

    private void count(String type, Function<TypeMeters, Counter> which) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(which.apply(meters));
        }
    }

    /** Counts what has no type. */
    private void count(PublisherMeter row, long number) {
        if (registry != null && !closed) {
            try {
                byRow.computeIfAbsent(row, r -> counter(registry, r, origin)).increment((double) number);
            } catch (RuntimeException e) {
                broken(e);
            }
        }
    }

    private void increment(Counter counter) {
        try {
            counter.increment();
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void record(Timer timer, long nanos) {
        try {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    /** A registry that throws must cost neither an event nor a loop; once is enough to say so. */
    private void broken(RuntimeException e) {
        if (saidBroken.compareAndSet(false, true)) {
            LOG.warn("Meters of publisher {} cannot be counted; that is not said again", origin, e);
        }
    }

    private @Nullable TypeMeters of(String type) {
        if (registry == null || shared == null || closed) {
            return null;
        }
        TypeMeters known = byType.get(type);
        if (known != null) {
            return known;
        }
        String tag = shared.typeTag(type);
        try {
            return byType.computeIfAbsent(tag, t -> new TypeMeters(registry, origin.and("type", t)));
        } catch (RuntimeException e) {
            broken(e);
            return null;
        }
    }

    private void gauge(PublisherMeter row, Merge merge, DoubleSupplier value) {
        if (shared != null) {
            shared.gauge(row.id(origin), merge, value);
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
            try {
                size.record(events);
            } catch (RuntimeException e) {
                broken(e);
            }
            record(wait, waitedNanos);
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
