package dev.millrace.publisher;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Knows how many publishers use each meter of a registry: publishers of one origin share theirs, and the last one to close
 * removes them. Thread-safe.
 */
final class MeterShares {

    private static final Map<MeterRegistry, MeterShares> BY_REGISTRY = new WeakHashMap<>();

    private final Map<Meter.Id, Integer> users = new HashMap<>();
    private final Map<String, List<DoubleSupplier>> sources = new HashMap<>();

    private MeterShares() {}

    static MeterShares of(MeterRegistry registry) {
        synchronized (BY_REGISTRY) {
            return BY_REGISTRY.computeIfAbsent(registry, r -> new MeterShares());
        }
    }

    /** Registers a meter, or finds it registered, for one more user. */
    synchronized <M extends Meter> M use(Supplier<M> registration) {
        M meter = registration.get();
        users.merge(meter.getId(), 1, Integer::sum);
        return meter;
    }

    /** As {@link #use}, for a gauge that is the sum over its users. */
    synchronized <M extends Meter> M sum(
            String key, DoubleSupplier source, Function<Supplier<Number>, M> registration) {
        List<DoubleSupplier> all = sources.computeIfAbsent(key, k -> new CopyOnWriteArrayList<>());
        all.add(source);
        return use(() -> registration.apply(
                () -> all.stream().mapToDouble(DoubleSupplier::getAsDouble).sum()));
    }

    /** One user less. */
    synchronized void release(MeterRegistry registry, Meter meter) {
        users.computeIfPresent(meter.getId(), (id, count) -> {
            if (count == 1) {
                registry.remove(meter);
                return null;
            }
            return count - 1;
        });
    }

    /** One user of a sum less. */
    synchronized void release(String key, DoubleSupplier source) {
        sources.computeIfPresent(key, (k, all) -> {
            all.remove(source);
            return all.isEmpty() ? null : all;
        });
    }
}
