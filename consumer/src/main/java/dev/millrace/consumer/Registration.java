package dev.millrace.consumer;

import dev.millrace.routing.TypePattern;
import org.jspecify.annotations.Nullable;

/**
 * A handler as it was added.
 *
 * @param limit null if it has none of its own
 */
record Registration<T>(
        TypePattern pattern,
        Class<T> bodyClass,
        DeliveryHandler<T> handler,
        HandlerOptions options,
        @Nullable HandlerLimit limit) {}
