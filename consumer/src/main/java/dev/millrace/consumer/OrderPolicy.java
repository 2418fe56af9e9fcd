package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a stream are handled one after the other. Immutable.
 *
 * <p>The promise holds within one run of one server: what another server took over, or a suspect that runs alone, may come
 * later than its successors.
 */
public final class OrderPolicy {

    private static final OrderPolicy NONE = new OrderPolicy("none", null);
    private static final OrderPolicy BY_KEY =
            new OrderPolicy("key", delivery -> delivery.header().key());

    private final String name;
    private final @Nullable Function<Delivery, @Nullable String> key;

    private OrderPolicy(String name, @Nullable Function<Delivery, @Nullable String> key) {
        this.name = name;
        this.key = key;
    }

    /** In no particular order: the default. */
    public static OrderPolicy none() {
        return NONE;
    }

    /**
     * Events with the same key in their header, one after the other in the stream's order; while one waits for its retry, the
     * later ones of its key wait too. Events without a key are in no particular order.
     */
    public static OrderPolicy byKey() {
        return BY_KEY;
    }

    /** As {@link #byKey()}, the key read by this function, which must be pure; null = in no particular order. */
    public static OrderPolicy by(Function<Delivery, @Nullable String> key) {
        return new OrderPolicy("function", key);
    }

    boolean ordered() {
        return key != null;
    }

    @Nullable
    String keyOf(Delivery delivery) {
        return key == null ? null : key.apply(delivery);
    }

    @Override
    public String toString() {
        return name;
    }
}
