package dev.millrace.publisher;

import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.RedisFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Stores everything at once, or, while it is shut, nothing. Thread-safe. */
final class AutoTarget implements Target {

    private final List<String> entries = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private final AtomicInteger closes = new AtomicInteger();
    private boolean shut;
    private boolean refusing;

    @Override
    public synchronized CompletableFuture<List<AppendResult>> send(List<PendingEvent> events, Duration timeout) {
        CompletableFuture<List<AppendResult>> answer = new CompletableFuture<>();
        Runnable store = () -> answer.complete(events.stream().map(this::store).toList());
        if (shut) {
            held.add(store);
        } else {
            store.run();
        }
        return answer;
    }

    private AppendResult store(PendingEvent event) {
        if (refusing) {
            return FakeTarget.fault(RedisFault.Kind.OOM);
        }
        entries.add(new String(event.append().data(), StandardCharsets.UTF_8));
        return new AppendResult(entries.size() + "-0", null);
    }

    synchronized void refuseEverything(boolean refuse) {
        refusing = refuse;
    }

    synchronized void shut() {
        shut = true;
    }

    synchronized void open() {
        shut = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    synchronized List<String> entries() {
        return List.copyOf(entries);
    }

    int closes() {
        return closes.get();
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
