package dev.millrace.consumer;

/**
 * Handles several events of one kind at once: as many as have come when the batch is full, or its first event has waited long
 * enough, see {@link HandlerOptions#batch}.
 *
 * <p>Returning means that all events succeeded but those that were {@linkplain Batch#fail failed}; throwing fails all but those
 * that were {@linkplain Batch#succeed said} to have succeeded. Those that failed are tried again, in later batches, as the
 * retry policy says. Several batches may be handled at once, see {@link HandlerOptions#concurrency}.
 *
 * @param <T> the type that bodies are read into
 */
@FunctionalInterface
public interface BatchHandler<T> {

    /**
     * Handles these events.
     *
     * @throws Exception if all failed that were not settled before
     */
    void handle(Batch<T> batch) throws Exception;
}
