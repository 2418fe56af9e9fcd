package dev.millrace.publisher;

import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.RedisFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps what it is sent until the test says what becomes of it. */
final class FakeTarget implements Target {

    final Deque<Sent> sent = new ArrayDeque<>();
    final List<String> stored = new ArrayList<>();
    boolean closed;
    private int nextId = 1;

    /** One batch, by the text of its entries. */
    record Sent(List<String> entries, Duration timeout, CompletableFuture<List<AppendResult>> answer) {}

    @Override
    public CompletableFuture<List<AppendResult>> send(List<PendingEvent> events, Duration timeout) {
        List<String> entries = events.stream()
                .map(event -> new String(event.append().data(), StandardCharsets.UTF_8))
                .toList();
        Sent batch = new Sent(entries, timeout, new CompletableFuture<>());
        sent.add(batch);
        return batch.answer();
    }

    /** Stores every event of the batch. */
    void store(Sent batch) {
        batch.answer().complete(batch.entries().stream().map(this::stored).toList());
    }

    AppendResult stored(String entry) {
        stored.add(entry);
        return new AppendResult(nextId++ + "-0", null);
    }

    static AppendResult fault(RedisFault.Kind kind) {
        return new AppendResult(null, new RedisFault(kind, kind + " for a test"));
    }

    /** Answers every event of the batch with this fault. */
    static void fail(Sent batch, RedisFault.Kind kind) {
        batch.answer().complete(batch.entries().stream().map(e -> fault(kind)).toList());
    }

    @Override
    public void close() {
        closed = true;
    }
}
