package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.publisher.PublisherSettings.Buffer;
import dev.millrace.publisher.PublisherSettings.Timeouts;
import dev.millrace.redis.internal.StreamAppend;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A send loop turned by hand, with a clock that is set by hand; futures complete in the test's thread. */
final class LoopHarness {

    static final Duration DELIVERY = Duration.ofSeconds(30);

    final FakeTarget target = new FakeTarget();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Accumulator accumulator;
    final SendLoop loop;
    private final BatchLimits limits;
    private final Map<String, Lane> lanes = new HashMap<>();
    private long now = -5_000_000_000L; // a nano clock may well be negative

    LoopHarness(BatchLimits limits) {
        this.limits = limits;
        PublisherSettings settings = new PublisherSettings(
                "billing",
                limits,
                new Buffer(10_000, 64 << 20, Duration.ZERO),
                new Timeouts(DELIVERY, Duration.ofSeconds(10), Duration.ofSeconds(20)),
                1 << 20);
        accumulator = new Accumulator("billing", settings.buffer(), () -> now);
        Completions completions = new Completions(Runnable::run, accumulator::release);
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), () -> 0.5);
        PublisherMeters meters = new PublisherMeters(registry, "billing");
        loop = new SendLoop(settings, accumulator, completions, meters, backoff, () -> now);
        meters.watch(accumulator, loop);
    }

    CompletableFuture<PublishReceipt> publish(String text) {
        return publish("orders", text);
    }

    CompletableFuture<PublishReceipt> publish(String stream, String text) {
        Lane lane = lanes.computeIfAbsent(stream, name -> new Lane(name, target, limits));
        StreamAppend append = new StreamAppend(stream, text.getBytes(StandardCharsets.UTF_8));
        PendingEvent event = new PendingEvent("id-" + text, "order.paid", append, lane);
        try {
            accumulator.add(event, 0);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return event.future();
    }

    /** Publishes, without looking at what becomes of it. */
    void send(String... texts) {
        for (String text : texts) {
            sendTo("orders", text);
        }
    }

    void sendTo(String stream, String text) {
        CompletableFuture<PublishReceipt> unused = publish(stream, text);
    }

    CompletableFuture<Void> flush() {
        FlushMark mark = new FlushMark(new CompletableFuture<>());
        if (!accumulator.add(mark)) {
            throw new IllegalStateException("the loop has ended");
        }
        return mark.future();
    }

    /** One turn; how long the next one can wait. */
    long turn() {
        return loop.runOnce();
    }

    void pass(Duration time) {
        now += time.toNanos();
    }

    void closeWithin(Duration time) {
        accumulator.close();
        loop.close(now + time.toNanos());
    }

    /** The entries of the batches sent since the last call that are still unanswered. */
    List<List<String>> sent() {
        return target.sent.stream()
                .filter(batch -> !batch.answer().isDone())
                .map(FakeTarget.Sent::entries)
                .toList();
    }

    FakeTarget.Sent next() {
        return target.sent.removeFirst();
    }

    double count(String meter) {
        return registry.get("millrace.publisher." + meter)
                .tag("type", "order.paid")
                .counter()
                .count();
    }

    /** Why the event failed. */
    static PublishException failure(CompletableFuture<PublishReceipt> future) {
        assertThat(future).isCompletedExceptionally();
        CompletionException e = catchThrowableOfType(CompletionException.class, future::join);
        return (PublishException) e.getCause();
    }
}
