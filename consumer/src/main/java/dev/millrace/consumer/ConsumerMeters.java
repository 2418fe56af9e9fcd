package dev.millrace.consumer;

import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.Quietly;
import dev.millrace.event.internal.SharedMeters;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the consumer's counts and meters; the loops tell it what happened. Without a registry it only counts. Thread-safe.
 */
final class ConsumerMeters implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ConsumerMeters.class);

    private static final Duration LONGEST_LATENCY = Duration.ofDays(365);

    private final @Nullable MeterRegistry registry;
    private final @Nullable SharedMeters shared;
    private final InstantSource clock;
    private final Tags place;
    private final ConcurrentMap<String, TypeTimers> timers = new ConcurrentHashMap<>();
    private final Map<Counted, LongAdder> counts = adders(Counted.class);
    private final Map<DeadLetterReason, LongAdder> deadLetters = adders(DeadLetterReason.class);
    /** What a registry throws must not fail an event that is handled. */
    private final Quietly quietly =
            new Quietly((others, e) -> log.warn("a meter of handled events failed{}", others, e));

    private final @Nullable DistributionSummary ackBatch;
    private volatile @Nullable Instant lastHandledAt;
    private volatile boolean closed;

    private record TypeTimers(Timer ok, Timer error, Timer latency) {}

    ConsumerMeters(@Nullable MeterRegistry registry, SubscriptionName name, InstantSource clock) {
        this.registry = registry;
        this.shared = registry == null ? null : new SharedMeters(registry);
        this.clock = clock;
        this.place = Tags.of("stream", name.stream(), "group", name.group());
        try {
            this.ackBatch = registry == null ? null : summary(registry, ConsumerMeter.ACK_BATCH);
            if (shared != null) {
                showCounts(shared);
            }
        } catch (RuntimeException | Error e) {
            // Nobody else could remove those that the registry took before it refused one.
            close();
            throw e;
        }
    }

    private void showCounts(SharedMeters target) {
        counts.forEach((counted, adder) -> target.counter(counted.meter().id(place), adder::sum));
        deadLetters.forEach((reason, adder) ->
                target.counter(ConsumerMeter.DEAD_LETTERS.id(place.and("reason", reason.name())), adder::sum));
    }

    /** Shows a figure as it is now; asked at each scrape, so it must not ask Redis. */
    void gauge(ConsumerMeter meter, DoubleSupplier value) {
        if (shared != null) {
            shared.gauge(meter.id(place), meter.merge(), value);
        }
    }

    /** Shows the state of a circuit breaker. */
    void breaker(Breaker breaker) {
        if (shared != null) {
            ConsumerMeter meter = ConsumerMeter.BREAKER;
            shared.gauge(meter.id(place.and("breaker", breaker.name())), meter.merge(), breaker::state);
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
        TypeTimers typed = timers(header.type());
        if (typed == null) {
            return;
        }
        try {
            typed.ok().record(nanos, TimeUnit.NANOSECONDS);
            Duration latency = Duration.between(header.timestamp(), now);
            if (latency.compareTo(LONGEST_LATENCY) <= 0) {
                typed.latency().record(latency.isNegative() ? Duration.ZERO : latency);
            } // else a clock or a zero date spoke: a timer's sum holds 292 years
        } catch (RuntimeException e) {
            quietly.say(e);
        }
    }

    void failed(EventHeader header, long nanos) {
        count(Counted.FAILED);
        TypeTimers typed = timers(header.type());
        if (typed != null) {
            quietly.run(() -> typed.error().record(nanos, TimeUnit.NANOSECONDS));
        }
    }

    private @Nullable TypeTimers timers(String type) {
        if (registry == null || shared == null) {
            return null;
        }
        TypeTimers known = timers.get(type);
        if (known != null || closed) {
            return known;
        }
        String tag = shared.typeTag(type);
        try {
            return timers.computeIfAbsent(tag, name -> timersOf(registry, place.and("type", name)));
        } catch (RuntimeException e) {
            log.warn("meters of event type {} could not be registered", tag, e);
            return null;
        }
    }

    private TypeTimers timersOf(MeterRegistry target, Tags tags) {
        return new TypeTimers(
                timer(target, ConsumerMeter.HANDLING, tags.and("outcome", "ok")),
                timer(target, ConsumerMeter.HANDLING, tags.and("outcome", "error")),
                timer(target, ConsumerMeter.LATENCY, tags));
    }

    private Timer timer(MeterRegistry target, ConsumerMeter meter, Tags tags) {
        return used(() -> Timer.builder(meter.name())
                .tags(tags)
                .description(meter.meaning())
                .register(target));
    }

    private DistributionSummary summary(MeterRegistry target, ConsumerMeter meter) {
        return used(() -> DistributionSummary.builder(meter.name())
                .tags(place)
                .baseUnit(meter.unit())
                .description(meter.meaning())
                .register(target));
    }

    private <M extends Meter> M used(Supplier<M> registration) {
        M meter = shared == null ? null : shared.use(registration);
        if (meter == null) {
            throw new IllegalStateException("the server's meters are closed");
        }
        return meter;
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
                total(Counted.DEFERRED),
                total(Counted.NOT_FOR_US),
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

    /** Removes the meters from the registry, unless another server of this stream and group uses them. */
    @Override
    public void close() {
        closed = true;
        if (shared != null) {
            shared.close();
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
