package dev.millrace.publisher;

import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFault.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Keeps what it is sent until the test says what becomes of it. */
final class FakeTarget implements Target {

    final Deque<Sent> sent = new ConcurrentLinkedDeque<>();
    final List<String> stored = new ArrayList<>();
    boolean closed;

    /** Runs just before each batch is sent. */
    Runnable beforeSend = () -> {};

    /** Runs just before each question. */
    Runnable beforeAsk = () -> {};

    /** Questions whether it still answers. */
    final Deque<CompletableFuture<Void>> asked = new ArrayDeque<>();

    private int nextId = 1;
    private long losses;
    private long generation;

    /** One batch, by the text of its entries. */
    record Sent(List<String> entries, Duration timeout, CompletableFuture<List<AppendResult>> answer) {}

    @Override
    public void beforeAnswers() {
        generation = losses;
    }

    @Override
    public CompletableFuture<List<AppendResult>> send(List<PendingEvent> events, Duration timeout) {
        List<String> entries = events.stream()
                .map(event -> new String(event.append().data(), StandardCharsets.UTF_8))
                .toList();
        Sent batch = new Sent(entries, timeout, new CompletableFuture<>());
        beforeSend.run();
        if (generation == losses) {
            sent.add(batch);
        } else {
            lose(batch, entries.stream().map(e -> fault(Kind.NOT_CONNECTED)).toList());
        }
        return batch.answer();
    }

    @Override
    public CompletableFuture<Void> ask(Duration timeout) {
        beforeAsk.run();
        CompletableFuture<Void> question = new CompletableFuture<>();
        asked.add(question);
        return question;
    }

    /** Stores every event of the batch. */
    void store(Sent batch) {
        batch.answer().complete(batch.entries().stream().map(this::stored).toList());
    }

    AppendResult stored(String entry) {
        stored.add(entry);
        return new AppendResult(nextId++ + "-0", null);
    }

    /** Answers a batch that was lost with its connection, at least in part. */
    void lose(Sent batch, List<AppendResult> results) {
        losses++;
        batch.answer().complete(results);
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
