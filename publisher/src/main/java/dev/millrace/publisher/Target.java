package dev.millrace.publisher;

import dev.millrace.redis.internal.AppendResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where batches go. Called by the send loop only. */
interface Target extends AutoCloseable {

    /**
     * The loop is about to take in the answers there are. What is lost and not yet answered at this time must not be passed
     * by what is sent until the next time.
     */
    default void beforeAnswers() {}

    /**
     * Sends the events in order, without waiting.
     *
     * @return completes normally, on any thread, with one result per event in order
     */
    CompletableFuture<List<AppendResult>> send(List<PendingEvent> events, Duration timeout);

    /**
     * Asks whether it still answers, without waiting.
     *
     * @return completes on any thread; with a {@link dev.millrace.redis.internal.RedisFaultException} if it does not
     */
    default CompletableFuture<Void> ask(Duration timeout) {
        return CompletableFuture.completedFuture(null);
    }

    /** Closes what it opened; what is in flight is answered first. */
    @Override
    void close();
}
