package dev.millrace.publisher;

import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.redis.internal.StreamAppender;
import dev.millrace.redis.internal.StreamAppender.Sending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Redis Streams. Confined to the send loop. A server that stays read-only may have been failed over, with its name leading
 * to another one by now: once nothing is in flight, the connection is opened anew.
 */
final class RedisTarget implements Target {

    /** So many read-only batches in a row are no passing state of the server any more. */
    static final int READ_ONLY_BATCHES = 3;

    private final StreamAppender appender;
    private final boolean atomic;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger readOnly = new AtomicInteger();
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
        if (readOnly.get() >= READ_ONLY_BATCHES && unanswered.get() == 0) {
            readOnly.set(0);
            appender.reconnect();
        }
        unanswered.incrementAndGet();
        try {
            return appender.append(appends, new Sending(timeout, generation, atomic))
                    .whenComplete(this::answered);
        } catch (RuntimeException | Error e) {
            unanswered.decrementAndGet();
            throw e;
        }
    }

    private void answered(@Nullable List<AppendResult> results, @Nullable Throwable failure) {
        unanswered.decrementAndGet();
        if (results != null && results.stream().anyMatch(RedisTarget::isReadOnly)) {
            readOnly.incrementAndGet();
        } else {
            readOnly.set(0);
        }
    }

    private static boolean isReadOnly(AppendResult result) {
        RedisFault fault = result.fault();
        return fault != null && fault.kind() == RedisFault.Kind.READONLY;
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
