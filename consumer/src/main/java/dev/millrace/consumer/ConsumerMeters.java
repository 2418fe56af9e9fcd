package dev.millrace.consumer;

import dev.millrace.event.EventHeader;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the consumer's counts and meters; the loops tell it what happened. Without a registry it only counts. Thread-safe.
 */
final class ConsumerMeters implements AutoCloseable {

    private static final int MAX_TYPES = 200;
    private static final String OTHER = "other";

    private final @Nullable MeterRegistry registry;
    private final InstantSource clock;
    private final Tags place;
    private final List<Meter> registered = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<String, TypeTimers> timers = new ConcurrentHashMap<>();
    private final Map<Counted, LongAdder> counts = adders(Counted.class);
    private final Map<DeadLetterReason, LongAdder> deadLetters = adders(DeadLetterReason.class);
    private final @Nullable DistributionSummary ackBatch;
    private volatile @Nullable Instant lastHandledAt;

    private record TypeTimers(Timer ok, Timer error, Timer latency) {}

    ConsumerMeters(@Nullable MeterRegistry registry, SubscriptionName name, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
        this.place = Tags.of("stream", name.stream(), "group", name.group());
        try {
            this.ackBatch = registry == null ? null : summary(registry, ConsumerMeter.ACK_BATCH);
            if (registry != null) {
                showCounts(registry);
            }
        } catch (RuntimeException | Error e) {
            // Nobody else could remove those that the registry took before it refused one.
            close();
            throw e;
        }
    }

    private void showCounts(MeterRegistry target) {
        counts.forEach((counted, adder) ->
                registered.add(FunctionCounter.builder(counted.meter().name(), adder, LongAdder::sum)
                        .tags(place)
                        .baseUnit(counted.meter().unit())
                        .description(counted.meter().meaning())
                        .register(target)));
        deadLetters.forEach((reason, adder) ->
                registered.add(FunctionCounter.builder(ConsumerMeter.DEAD_LETTERS.name(), adder, LongAdder::sum)
                        .tags(place.and("reason", reason.name()))
                        .baseUnit(ConsumerMeter.DEAD_LETTERS.unit())
                        .description(ConsumerMeter.DEAD_LETTERS.meaning())
                        .register(target)));
    }

    /** Shows a figure as it is now; asked at each scrape, so it must not ask Redis. */
    void gauge(ConsumerMeter meter, DoubleSupplier value) {
        if (registry != null) {
            registered.add(Gauge.builder(meter.name(), value::getAsDouble)
                    .tags(place)
                    .baseUnit(meter.unit())
                    .description(meter.meaning())
                    .register(registry));
        }
    }

    /** Shows the state of a circuit breaker. */
    void breaker(Breaker breaker) {
        if (registry != null) {
            registered.add(Gauge.builder(ConsumerMeter.BREAKER.name(), breaker::state)
                    .tags(place.and("breaker", breaker.name()))
                    .baseUnit(ConsumerMeter.BREAKER.unit())
                    .description(ConsumerMeter.BREAKER.meaning())
                    .register(registry));
        }
    }

    void acked(int entries) {
        count(Counted.ACKED, entries);
        if (ackBatch != null) {
            ackBatch.record(entries);
        }
    }

    void count(Counted what) {
        count(what, 1);
    }

    void count(Counted what, int times) {
        adder(counts, what).add(times);
    }

    void deadLettered(DeadLetterReason reason) {
        adder(deadLetters, reason).increment();
    }

    void handled(EventHeader header, long nanos) {
        count(Counted.HANDLED);
        Instant now = clock.instant();
        lastHandledAt = now;
        if (registry != null) {
            TypeTimers typed = timers(registry, header.type());
            typed.ok().record(nanos, TimeUnit.NANOSECONDS);
            Duration latency = Duration.between(header.timestamp(), now);
            typed.latency().record(latency.isNegative() ? Duration.ZERO : latency);
        }
    }

    void failed(EventHeader header, long nanos) {
        count(Counted.FAILED);
        if (registry != null) {
            timers(registry, header.type()).error().record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private TypeTimers timers(MeterRegistry target, String type) {
        TypeTimers known = timers.get(type);
        if (known != null) {
            return known;
        }
        // Types come from outside, and each costs the registry three time series.
        String tag = timers.size() < MAX_TYPES ? type : OTHER;
        return timers.computeIfAbsent(tag, name -> {
            Tags tags = place.and("type", name);
            return new TypeTimers(
                    timer(target, ConsumerMeter.HANDLING, tags.and("outcome", "ok")),
                    timer(target, ConsumerMeter.HANDLING, tags.and("outcome", "error")),
                    timer(target, ConsumerMeter.LATENCY, tags));
        });
    }

    private Timer timer(MeterRegistry target, ConsumerMeter meter, Tags tags) {
        Timer timer = Timer.builder(meter.name())
                .tags(tags)
                .description(meter.meaning())
                .register(target);
        registered.add(timer);
        return timer;
    }

    private DistributionSummary summary(MeterRegistry target, ConsumerMeter meter) {
        DistributionSummary summary = DistributionSummary.builder(meter.name())
                .tags(place)
                .baseUnit(meter.unit())
                .description(meter.meaning())
                .register(target);
        registered.add(summary);
        return summary;
    }

    long total(Counted what) {
        return adder(counts, what).sum();
    }

    ConsumerStatus.Totals totals() {
        return new ConsumerStatus.Totals(
                total(Counted.HANDLED),
                total(Counted.FAILED),
                total(Counted.RETRIED),
                total(Counted.DUPLICATES),
                total(Counted.SKIPPED),
                deadLetters.values().stream().mapToLong(LongAdder::sum).sum(),
                total(Counted.RECLAIMED),
                total(Counted.LOST),
                total(Counted.LOOP_FAILURES),
                total(Counted.LOOP_RESTARTS));
    }

    /** Null if nothing was. */
    @Nullable
    Instant lastHandledAt() {
        return lastHandledAt;
    }

    /** Removes the meters from the registry. */
    @Override
    public void close() {
        if (registry != null) {
            registered.forEach(registry::remove);
            registered.clear();
            timers.clear();
        }
    }

    private static <K extends Enum<K>> Map<K, LongAdder> adders(Class<K> keys) {
        Map<K, LongAdder> adders = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            adders.put(key, new LongAdder());
        }
        return adders;
    }

    private static <K extends Enum<K>> LongAdder adder(Map<K, LongAdder> adders, K key) {
        return Objects.requireNonNull(adders.get(key));
    }
}
