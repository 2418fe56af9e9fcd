package dev.millrace.consumer;

import dev.millrace.event.EventType;
import java.util.Set;

/**
 * The ways to add a handler to a {@link ConsumerServer}: for what, and run how. Thread-safe.
 *
 * <p>What a handler cares for is an event type, {@code order.paid}; a pattern, where {@code *} stands for one segment and
 * {@code **} for one or more; a set of these; or an {@link EventType}. All handlers that match an event run: by
 * {@link HandlerOptions#priority}, the most specific pattern first, then in the order in which they were added; a retry goes on
 * with those that have not yet succeeded.
 *
 * <p>The body is read into the class named: a record or bean; {@code Map}, {@code JsonNode} or {@code Object} for a tree,
 * {@code byte[]} for raw bytes. Whatever cannot work is refused by {@link ConsumerServer#start()}, handlers that are added
 * after it by {@link IllegalStateException}, and a text that is no pattern by {@link IllegalArgumentException}.
 *
 * @param <S> what the methods return: the server
 */
public abstract sealed class Handlers<S> permits ConsumerServer {

    Handlers() {}

    abstract S add(Registration<?> registration);

    /** Handles events of this type or pattern. */
    public <T> S addHandler(String typeOrPattern, Class<T> bodyClass, EventHandler<T> handler) {
        return addHandler(typeOrPattern, bodyClass, handler, HandlerOptions.defaults());
    }

    /** As {@link #addHandler(String, Class, EventHandler)}, run in this way. */
    public <T> S addHandler(String typeOrPattern, Class<T> bodyClass, EventHandler<T> handler, HandlerOptions options) {
        return addHandler(Set.of(typeOrPattern), bodyClass, handler, options);
    }

    /** As {@link #addHandler(String, Class, EventHandler)}, for a handler that wants to see the delivery. */
    public <T> S addHandler(String typeOrPattern, Class<T> bodyClass, DeliveryHandler<T> handler) {
        return addHandler(typeOrPattern, bodyClass, handler, HandlerOptions.defaults());
    }

    /** As {@link #addHandler(String, Class, DeliveryHandler)}, run in this way. */
    public <T> S addHandler(
            String typeOrPattern, Class<T> bodyClass, DeliveryHandler<T> handler, HandlerOptions options) {
        return addHandler(Set.of(typeOrPattern), bodyClass, handler, options);
    }

    /** Handles events of any of these types and patterns; an event that several of them match, once. */
    public <T> S addHandler(Set<String> typesOrPatterns, Class<T> bodyClass, EventHandler<T> handler) {
        return addHandler(typesOrPatterns, bodyClass, handler, HandlerOptions.defaults());
    }

    /** As {@link #addHandler(Set, Class, EventHandler)}, run in this way. */
    public <T> S addHandler(
            Set<String> typesOrPatterns, Class<T> bodyClass, EventHandler<T> handler, HandlerOptions options) {
        return add(Registration.of(typesOrPatterns, bodyClass, handler, options));
    }

    /** As {@link #addHandler(Set, Class, EventHandler)}, for a handler that wants to see the delivery. */
    public <T> S addHandler(Set<String> typesOrPatterns, Class<T> bodyClass, DeliveryHandler<T> handler) {
        return addHandler(typesOrPatterns, bodyClass, handler, HandlerOptions.defaults());
    }

    /** As {@link #addHandler(Set, Class, DeliveryHandler)}, run in this way. */
    public <T> S addHandler(
            Set<String> typesOrPatterns, Class<T> bodyClass, DeliveryHandler<T> handler, HandlerOptions options) {
        return add(Registration.of(typesOrPatterns, bodyClass, handler, options));
    }

    /** Handles events of this type in the versions that share the first number of its version. */
    public <T> S addHandler(EventType<T> type, EventHandler<T> handler) {
        return addHandler(type, handler, HandlerOptions.defaults());
    }

    /** As {@link #addHandler(EventType, EventHandler)}, run in this way. */
    public <T> S addHandler(EventType<T> type, EventHandler<T> handler, HandlerOptions options) {
        return addHandler(type.name(), type.bodyClass(), handler, options.forVersion(type.version()));
    }

    /** As {@link #addHandler(EventType, EventHandler)}, for a handler that wants to see the delivery. */
    public <T> S addHandler(EventType<T> type, DeliveryHandler<T> handler) {
        return addHandler(type, handler, HandlerOptions.defaults());
    }

    /** As {@link #addHandler(EventType, DeliveryHandler)}, run in this way. */
    public <T> S addHandler(EventType<T> type, DeliveryHandler<T> handler, HandlerOptions options) {
        return addHandler(type.name(), type.bodyClass(), handler, options.forVersion(type.version()));
    }

    /**
     * Handles events of this type or pattern by work that ends later; of its own name, for a handler that returns a stage
     * would pass for one that returns nothing, and be acknowledged too early.
     */
    public <T> S addAsyncHandler(String typeOrPattern, Class<T> bodyClass, AsyncHandler<T> handler) {
        return addAsyncHandler(typeOrPattern, bodyClass, handler, HandlerOptions.defaults());
    }

    /** As {@link #addAsyncHandler(String, Class, AsyncHandler)}, run in this way. */
    public <T> S addAsyncHandler(
            String typeOrPattern, Class<T> bodyClass, AsyncHandler<T> handler, HandlerOptions options) {
        return addAsyncHandler(Set.of(typeOrPattern), bodyClass, handler, options);
    }

    /** As {@link #addAsyncHandler(String, Class, AsyncHandler)}, for several types and patterns, run in this way. */
    public <T> S addAsyncHandler(
            Set<String> typesOrPatterns, Class<T> bodyClass, AsyncHandler<T> handler, HandlerOptions options) {
        return add(Registration.ofAsync(typesOrPatterns, bodyClass, handler, options));
    }

    /** As {@link #addAsyncHandler(String, Class, AsyncHandler)}, for this type in the versions that it can read. */
    public <T> S addAsyncHandler(EventType<T> type, AsyncHandler<T> handler) {
        return addAsyncHandler(type, handler, HandlerOptions.defaults());
    }

    /** As {@link #addAsyncHandler(EventType, AsyncHandler)}, run in this way. */
    public <T> S addAsyncHandler(EventType<T> type, AsyncHandler<T> handler, HandlerOptions options) {
        return addAsyncHandler(type.name(), type.bodyClass(), handler, options.forVersion(type.version()));
    }

    /** Handles events of this type or pattern several at a time. */
    public <T> S addBatchHandler(String typeOrPattern, Class<T> bodyClass, BatchHandler<T> handler) {
        return addBatchHandler(typeOrPattern, bodyClass, handler, HandlerOptions.defaults());
    }

    /** As {@link #addBatchHandler(String, Class, BatchHandler)}, run in this way. */
    public <T> S addBatchHandler(
            String typeOrPattern, Class<T> bodyClass, BatchHandler<T> handler, HandlerOptions options) {
        return addBatchHandler(Set.of(typeOrPattern), bodyClass, handler, options);
    }

    /** As {@link #addBatchHandler(String, Class, BatchHandler)}, for several types and patterns, run in this way. */
    public <T> S addBatchHandler(
            Set<String> typesOrPatterns, Class<T> bodyClass, BatchHandler<T> handler, HandlerOptions options) {
        return add(Registration.ofBatch(typesOrPatterns, bodyClass, handler, options));
    }

    /** As {@link #addBatchHandler(String, Class, BatchHandler)}, for this type in the versions that it can read. */
    public <T> S addBatchHandler(EventType<T> type, BatchHandler<T> handler) {
        return addBatchHandler(type, handler, HandlerOptions.defaults());
    }

    /** As {@link #addBatchHandler(EventType, BatchHandler)}, run in this way. */
    public <T> S addBatchHandler(EventType<T> type, BatchHandler<T> handler, HandlerOptions options) {
        return addBatchHandler(type.name(), type.bodyClass(), handler, options.forVersion(type.version()));
    }
}
