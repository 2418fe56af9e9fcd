package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.internal.ContentEncoding;
import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.WireForms;
import dev.millrace.redis.internal.AppendResult;
import dev.millrace.routing.InMemoryEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A list in memory, for tests. */
final class MemoryTarget implements Target {

    private final InMemoryEvents memory;

    MemoryTarget(InMemoryEvents memory) {
        this.memory = memory;
    }

    @Override
    public CompletableFuture<List<AppendResult>> send(List<PendingEvent> events, Duration timeout) {
        List<AppendResult> results = new ArrayList<>(events.size());
        for (PendingEvent event : events) {
            DecodedEvent decoded = WireForms.decode(event.append().fields(), "memory", ContentEncoding.MOST_OPENED)
                    .get(0);
            long number = memory.add(new Event(decoded.header(), decoded.body().copy()));
            results.add(new AppendResult(number + "-0", null));
        }
        return CompletableFuture.completedFuture(results);
    }

    @Override
    public void close() {
        // what is kept is the test's
    }
}
