package dev.millrace.publisher;

import static dev.millrace.publisher.PublisherMeter.BUFFERED_BYTES;
import static dev.millrace.publisher.PublisherMeter.BUFFERED_EVENTS;
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

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
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
    private final String origin;
    private final Map<String, TypeMeters> byType = new ConcurrentHashMap<>();
    private final Map<PublisherMeter, Counter> byRow = new ConcurrentHashMap<>();
    private final AtomicBoolean saidBroken = new AtomicBoolean();
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

    void watch(RetentionLoop retention) {
        gauge(HELD_BACK, retention, RetentionLoop::heldBack);
        gauge(TIME_TO_LOSS, retention, RetentionLoop::secondsToLoss);
        trimmed(0, 0);
        count(UNTENDED, 0);
    }

    void untended() {
        count(UNTENDED, 1);
    }

    void trimmed(long removed, long lost) {
        count(TRIMMED, removed);
        count(LOST, lost);
    }

    void published(String type, long nanos) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.published);
            record(meters.publish, nanos);
        }
    }

    void failed(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.failed);
        }
    }

    void forgotten(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.forgotten);
        }
    }

    void refused(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.refused);
        }
    }

    void dropped(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.dropped);
        }
    }

    void retried(String type, boolean overtaken) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.retried);
            if (overtaken) {
                increment(meters.reordered);
            }
        }
    }

    void suspectedDuplicate(String type) {
        TypeMeters meters = of(type);
        if (meters != null) {
            increment(meters.suspectedDuplicates);
        }
    }

    void loopError() {
        count(LOOP_ERRORS, 1);
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

    /** Counts what has no type. */
    private void count(PublisherMeter row, long number) {
        if (registry != null) {
            try {
                byRow.computeIfAbsent(row, r -> counter(registry, r, Tags.of("origin", origin)))
                        .increment((double) number);
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
            LOG.warn("Meters of publisher '{}' cannot be counted; that is not said again", origin, e);
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
            broken(e);
            return null;
        }
    }

    private <T> void gauge(PublisherMeter row, T source, ToDoubleFunction<T> value) {
        if (registry != null) {
            MeterShares shares = MeterShares.of(registry);
            String key = row.name() + ' ' + origin;
            DoubleSupplier own = () -> value.applyAsDouble(source);
            Gauge gauge = shares.sum(
                    key,
                    own,
                    sum -> Gauge.builder(row.name(), sum)
                            .description(row.meaning())
                            .baseUnit(row.unit())
                            .tags("origin", origin)
                            .register(registry));
            releases.add(() -> {
                shares.release(key, own);
                shares.release(registry, gauge);
            });
        }
    }

    private Counter counter(MeterRegistry to, PublisherMeter row, Tags tags) {
        return shared(
                to,
                () -> Counter.builder(row.name())
                        .description(row.meaning())
                        .baseUnit(row.unit())
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
                    () -> Timer.builder(PUBLISH.name())
                            .description(PUBLISH.meaning())
                            .tags(tags)
                            .register(to));
        }
    }
}
