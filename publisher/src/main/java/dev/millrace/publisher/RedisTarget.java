package dev.millrace.publisher;

import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.redis.internal.StreamAppender;
import dev.millrace.redis.internal.StreamAppender.Sending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Redis Streams. Confined to the send loop. */
final class RedisTarget implements Target {

    private final StreamAppender appender;
    private final boolean atomic;
    private long generation;

    /**
     * Sends through this appender, and closes it.
     *
     * @param atomic whether a batch is stored as a whole or not at all
     */
    RedisTarget(StreamAppender appender, boolean atomic) {
        this.appender = appender;
        this.atomic = atomic;
    }

    @Override
    public void beforeAnswers() {
        generation = appender.generation();
    }

    @Override
    public CompletableFuture<List<AppendResult>> send(List<PendingEvent> events, Duration timeout) {
        List<StreamAppend> appends = new ArrayList<>(events.size());
        for (PendingEvent event : events) {
            appends.add(event.append());
        }
        return appender.append(appends, new Sending(timeout, generation, atomic));
    }

    @Override
    public CompletableFuture<Void> ask(Duration timeout) {
        return appender.ping(timeout);
    }

    @Override
    public void close() {
        appender.close();
    }
}
