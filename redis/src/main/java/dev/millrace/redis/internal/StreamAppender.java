package dev.millrace.redis.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The publisher's connection: pipelined XADDs, one future a batch. Thread-safe; batches are sent in calling order. */
public interface StreamAppender extends AutoCloseable {

    /**
     * Sends the batch in one flight.
     *
     * <p>The future always completes normally, with one result per append, in order; on an I/O thread, so hop off it. What
     * is unanswered at the time-out is {@link RedisFault.Kind#TIMEOUT}.
     */
    CompletableFuture<List<AppendResult>> append(List<StreamAppend> batch, Duration timeout);

    /** Closes the connection; what is in flight ends with {@link RedisFault.Kind#CONNECTION_LOST}. */
    @Override
    void close();
}
