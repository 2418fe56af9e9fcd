package dev.millrace.publisher;

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
        deadLettersTrimmed(0);
    }

    void trimmed(long removed, long lost) {
        if (registry != null) {
            counter(registry, TRIMMED, Tags.of("origin", origin)).increment((double) removed);
            counter(registry, LOST, Tags.of("origin", origin)).increment((double) lost);
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
