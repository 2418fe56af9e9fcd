package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Events that are handled together; of one key there is never more than one, where an {@link OrderPolicy} asks for order.
 * Thread-safe, until the handler has returned.
 *
 * @param <T> the type that bodies are read into
 */
public final class Batch<T> {

    private final List<Item<T>> items;
    private final Set<Delivery> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<Delivery, Throwable> failures = new IdentityHashMap<>();
    private boolean over;

    /**
     * One event.
     *
     * @param body what its body was read into
     * @param header its header
     * @param delivery how it reached the handler
     * @param <T> the type that bodies are read into
     */
    public record Item<T>(T body, EventHeader header, Delivery delivery) {}

    Batch(List<Item<T>> items) {
        this.items = List.copyOf(items);
        items.forEach(item -> open.add(item.delivery()));
    }

    /** The events, at least one, never more than the batch's maximal size; oldest first, as far as they did not wait for retries. */
    public List<Item<T>> items() {
        return items;
    }

    /**
     * This one is done: an exception that the handler throws later does not concern it. It is acknowledged when the handler
     * returns.
     *
     * @throws IllegalArgumentException if it is not of this batch
     * @throws IllegalStateException if it was settled before, or the handler has returned
     */
    public synchronized void succeed(Item<T> item) {
        settle(item);
    }

    /**
     * This one has failed with this cause: tried again as the retry policy says, then moved to the dead letters.
     *
     * @throws IllegalArgumentException if it is not of this batch
     * @throws IllegalStateException if it was settled before, or the handler has returned
     */
    public synchronized void fail(Item<T> item, Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        settle(item);
        failures.put(item.delivery(), cause);
    }

    private void settle(Item<T> item) {
        if (over) {
            throw new IllegalStateException("the batch is over: settle its items before its handler returns");
        }
        if (!open.remove(item.delivery())) {
            if (items.stream().noneMatch(own -> own.delivery() == item.delivery())) {
                throw new IllegalArgumentException("item " + item.delivery().entryId() + " is not of this batch");
            }
            throw new IllegalStateException("item " + item.delivery().entryId() + " was settled before");
        }
    }

    synchronized @Nullable Throwable anyFailure() {
        return failures.values().stream().findFirst().orElse(null);
    }

    /**
     * Ends it.
     *
     * @param thrown by the handler, or null
     * @return what failed; all others have succeeded
     */
    synchronized IdentityHashMap<Delivery, Throwable> end(@Nullable Throwable thrown) {
        over = true;
        if (thrown != null) {
            open.forEach(delivery -> failures.put(delivery, thrown));
        }
        return failures;
    }

    /** Handles a single event as a batch of one. */
    static <T> void callWithOne(BatchHandler<T> handler, Item<T> item) throws Exception {
        Batch<T> batch = new Batch<>(List.of(item));
        try {
            handler.handle(batch);
        } catch (Exception e) {
            if (!batch.end(e).isEmpty()) {
                throw e;
            }
        }
        Throwable failure = batch.end(null).get(item.delivery());
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw failure instanceof Exception exception ? exception : new IllegalStateException(failure);
        }
    }
}
