package dev.millrace.event.internal;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The meters that one publisher or one server uses in a registry. Those of one name and tags are one meter there, however many
 * publishers or servers use it; the last one that closes removes it. Thread-safe.
 */
public final class SharedMeters implements AutoCloseable {

    /** Event types beyond this many in a registry, whoever brings them, share the tag value {@value #OTHER_TYPES}. */
    public static final int MAX_TYPES = 200;

    /** Stands for the event types beyond {@value #MAX_TYPES}. */
    public static final String OTHER_TYPES = "other";

    private static final Map<MeterRegistry, Map<Meter.Id, Shared>> USED = new WeakHashMap<>();
    private static final Map<MeterRegistry, Set<String>> TYPES = new WeakHashMap<>();

    private final MeterRegistry registry;
    private final Set<String> types;
    private final Map<Meter.Id, @Nullable DoubleSupplier> own = new HashMap<>();
    private boolean closed;

    /** What several users of a gauge show together; what a user does not know does not count. */
    public enum Merge {
        /** Each has a part. */
        SUM,
        /** The worst is the highest. */
        HIGHEST,
        /** The worst is the lowest. */
        LOWEST
    }

    /** A meter and those who use it. */
    private static final class Shared {

        private final List<DoubleSupplier> sources = new CopyOnWriteArrayList<>();
        private @Nullable Meter meter;
        private int users;
        private double gone;

        double merged(Merge merge) {
            double[] known = sources.stream()
                    .mapToDouble(DoubleSupplier::getAsDouble)
                    .filter(value -> !Double.isNaN(value))
                    .toArray();
            if (known.length == 0) {
                return Double.NaN;
            }
            DoubleStream values = DoubleStream.of(known);
            return switch (merge) {
                case SUM -> values.sum();
                case HIGHEST -> values.max().orElse(Double.NaN);
                case LOWEST -> values.min().orElse(Double.NaN);
            };
        }

        /** Never falls: what a user has counted stays when it goes. */
        synchronized double counted() {
            return gone
                    + sources.stream().mapToDouble(DoubleSupplier::getAsDouble).sum();
        }

        synchronized void remove(DoubleSupplier source) {
            gone += source.getAsDouble();
            sources.remove(source);
        }
    }

    /** For one publisher or server. */
    public SharedMeters(MeterRegistry registry) {
        this.registry = registry;
        synchronized (USED) {
            this.types = TYPES.computeIfAbsent(registry, r -> ConcurrentHashMap.newKeySet());
        }
    }

    /**
     * What stands for an event type as a tag. Types come from outside, and each costs the registry its time series: so their
     * number is bounded for all publishers and servers of a registry together.
     */
    public String typeTag(String type) {
        if (types.contains(type) || type.equals(OTHER_TYPES)) {
            return type;
        }
        if (types.size() >= MAX_TYPES) {
            return OTHER_TYPES;
        }
        synchronized (USED) {
            if (types.size() < MAX_TYPES && !closed) {
                types.add(type);
            }
            return types.contains(type) ? type : OTHER_TYPES;
        }
    }

    /**
     * Registers a meter that is told what happens, or finds it registered.
     *
     * @return null after close
     */
    public <M extends Meter> @Nullable M use(Supplier<M> registration) {
        synchronized (USED) {
            if (closed) {
                return null;
            }
            M meter = registration.get();
            Shared shared = join(meter.getId(), null);
            shared.meter = meter;
            return meter;
        }
    }

    /** Shows a figure as it is when the registry is read. Nothing after close. */
    public void gauge(Meter.Id id, Merge merge, DoubleSupplier source) {
        synchronized (USED) {
            if (!closed) {
                Shared shared = join(id, source);
                if (shared.meter == null) {
                    shared.meter = Gauge.builder(id.getName(), () -> shared.merged(merge))
                            .tags(id.getTags())
                            .baseUnit(id.getBaseUnit())
                            .description(id.getDescription())
                            .register(registry);
                }
            }
        }
    }

    /** Shows what its users have counted since the first of them came. Nothing after close. */
    public void counter(Meter.Id id, DoubleSupplier source) {
        synchronized (USED) {
            if (!closed) {
                Shared shared = join(id, source);
                if (shared.meter == null) {
                    shared.meter = FunctionCounter.builder(id.getName(), shared, Shared::counted)
                            .tags(id.getTags())
                            .baseUnit(id.getBaseUnit())
                            .description(id.getDescription())
                            .register(registry);
                }
            }
        }
    }

    private Shared join(Meter.Id id, @Nullable DoubleSupplier source) {
        Shared shared = USED.computeIfAbsent(registry, r -> new HashMap<>()).computeIfAbsent(id, i -> new Shared());
        if (!own.containsKey(id)) {
            own.put(id, source);
            shared.users++;
            if (source != null) {
                shared.sources.add(source);
            }
        }
        return shared;
    }

    /** Removes what nobody else uses. Idempotent. */
    @Override
    public void close() {
        synchronized (USED) {
            closed = true;
            Map<Meter.Id, Shared> used = USED.getOrDefault(registry, Map.of());
            for (Meter.Id id : Set.copyOf(own.keySet())) {
                leave(used, id, own.remove(id));
            }
            if (used.isEmpty()) {
                types.clear();
                USED.remove(registry);
            }
        }
    }

    private void leave(Map<Meter.Id, Shared> used, Meter.Id id, @Nullable DoubleSupplier source) {
        Shared shared = used.get(id);
        if (shared == null) {
            return;
        }
        if (source != null) {
            shared.remove(source);
        }
        shared.users--;
        if (shared.users == 0) {
            used.remove(id);
            if (shared.meter != null) {
                registry.remove(shared.meter);
            }
        }
    }
}
