package dev.millrace.publisher;

import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.redis.internal.StreamAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Redis Streams. */
final class RedisTarget implements Target {

    private final StreamAppender appender;

    RedisTarget(StreamAppender appender) {
        this.appender = appender;
    }

    @Override
    public CompletableFuture<List<AppendResult>> send(List<PendingEvent> events, Duration timeout) {
        List<StreamAppend> appends = new ArrayList<>(events.size());
        for (PendingEvent event : events) {
            appends.add(event.append());
        }
        return appender.append(appends, timeout);
    }

    @Override
    public void close() {
        appender.close();
    }
}
