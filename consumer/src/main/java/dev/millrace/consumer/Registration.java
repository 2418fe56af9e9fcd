package dev.millrace.consumer;

import dev.millrace.routing.TypePattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A handler as it was added.
 *
 * @param patterns the most specific first
 * @param original what the application handed in, of which {@code handler} may be a view
 * @param batch what its own workers call; {@code handler} then calls it with one event
 * @param gates what may keep its events waiting, the breaker among them
 */
record Registration<T>(
        List<TypePattern> patterns,
        Class<T> bodyClass,
        DeliveryHandler<T> handler,
        Object original,
        HandlerOptions options,
        @Nullable BatchHandler<T> batch,
        @Nullable BreakerGate breaker,
        List<Gate> gates) {

    static <T> Registration<T> of(
            Set<String> patterns, Class<T> bodyClass, DeliveryHandler<T> handler, HandlerOptions options) {
        return of(patterns, bodyClass, handler, handler, options, null);
    }

    static <T> Registration<T> of(
            Set<String> patterns, Class<T> bodyClass, EventHandler<T> handler, HandlerOptions options) {
        DeliveryHandler<T> view = (body, header, delivery) -> handler.handle(body, header);
        return of(patterns, bodyClass, view, handler, options, null);
    }

    static <T> Registration<T> ofBatch(
            Set<String> patterns, Class<T> bodyClass, BatchHandler<T> handler, HandlerOptions options) {
        DeliveryHandler<T> view =
                (body, header, delivery) -> Batch.callWithOne(handler, new Batch.Item<>(body, header, delivery));
        return of(patterns, bodyClass, view, handler, options, handler);
    }

    static <T> Registration<T> ofAsync(
            Set<String> patterns, Class<T> bodyClass, AsyncHandler<T> handler, HandlerOptions options) {
        DeliveryHandler<T> view = (body, header, delivery) -> Stages.await(handler.handle(body, header, delivery));
        return of(patterns, bodyClass, view, handler, options, null);
    }

    private static <T> Registration<T> of(
            Set<String> patterns,
            Class<T> bodyClass,
            DeliveryHandler<T> handler,
            Object original,
            HandlerOptions options,
            @Nullable BatchHandler<T> batch) {
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("types of a handler: got none; name at least one, or ** for all");
        }
        List<Gate> gates = new ArrayList<>();
        if (options.concurrency() > 0 && batch == null) {
            gates.add(new HandlerLimit(options.concurrency()));
        }
        Breaker breaker = options.circuitBreaker();
        BreakerGate breakerGate = breaker == null ? null : new BreakerGate(breaker);
        if (breakerGate != null) {
            gates.add(breakerGate);
        }
        List<TypePattern> read = patterns.stream().map(TypePattern::of).sorted().toList();
        return new Registration<>(read, bodyClass, handler, original, options, batch, breakerGate, List.copyOf(gates));
    }

    /** Whether its workers are its own, so that it never takes a permit of the others. */
    boolean ownThreads() {
        return options.background() > 0 || batch != null;
    }

    /** How many workers of its own. */
    int permits() {
        return batch == null ? options.background() : Math.max(1, options.concurrency());
    }

    boolean caresFor(String type) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(type));
    }

    /** The pattern by which it cares for this type. */
    TypePattern patternFor(String type) {
        return patterns.stream()
                .filter(pattern -> pattern.matches(type))
                .findFirst()
                .orElseThrow();
    }

    /** What it cares for, for people. */
    String name() {
        return patterns.stream().map(TypePattern::toString).collect(Collectors.joining(", "));
    }

    /** Whether the same handler was added for a part of the same. */
    boolean repeats(Registration<?> other) {
        return original == other.original
                && patterns.stream().anyMatch(other.patterns::contains)
                && options.versions().toString().equals(other.options.versions().toString())
                && meet(options.streams(), other.options.streams())
                && meet(options.groups(), other.options.groups());
    }

    /** Whether two restrictions leave something in common; an empty one restricts nothing. */
    private static boolean meet(Collection<String> one, Collection<String> other) {
        return one.isEmpty() || other.isEmpty() || one.stream().anyMatch(other::contains);
    }
}
