package dev.millrace.redis.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The publisher's connection: pipelined XADDs, one future a batch. Thread-safe; batches are sent in calling order. */
public interface StreamAppender extends AutoCloseable {

    /** So many appends may be unanswered at once; the client refuses what is more. Transactions and questions come on top. */
    int MOST_IN_FLIGHT = (1 << 17) - 4_096;

    /**
     * Sends the batch in one flight.
     *
     * <p>The future always completes normally, with one result per append, in order; on an I/O thread, so hop off it. What
     * is unanswered at the time-out is {@link RedisFault.Kind#TIMEOUT}.
     */
    CompletableFuture<List<AppendResult>> append(List<StreamAppend> batch, Sending sending);

    /** {@link #append(List, Sending)} whatever was lost before, one by one. */
    default CompletableFuture<List<AppendResult>> append(List<StreamAppend> batch, Duration timeout) {
        return append(batch, new Sending(timeout, Sending.ANY_GENERATION, false));
    }

    /**
     * Asks the server, or one of the cluster's, whether it still answers; without waiting.
     *
     * @return completes, on any thread, with the answer, or with a {@link RedisFaultException}; at its time-out the
     *     connection is given up, as it is at a batch's
     */
    CompletableFuture<Void> ping(Duration timeout);

    /**
     * Changes with each batch that was lost with its connection, once its future is complete: whoever reads it, then looks at
     * the answers there are, and then sends, passes nothing that was lost.
     */
    long generation();

    /**
     * Gives the connection up: the next batch opens another one, and so finds whoever answers to the server's name by then.
     * What is in flight ends with {@link RedisFault.Kind#CONNECTION_LOST}.
     */
    void reconnect();

    /**
     * How a batch is sent.
     *
     * @param timeout how long to wait for the answers
     * @param generation as read before; if more was lost since, the batch is refused as {@link RedisFault.Kind#NOT_CONNECTED}
     * @param atomic stored as a whole, in one transaction, or not at all; all of it must be for one stream
     */
    record Sending(Duration timeout, long generation, boolean atomic) {

        /** Sends whatever was lost. */
        static final long ANY_GENERATION = -1;
    }

    /** Closes the connection; what is in flight ends with {@link RedisFault.Kind#CONNECTION_LOST}. */
    @Override
    void close();
}
