package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.event.Health;
import dev.millrace.publisher.PublisherSettings.Buffer;
import dev.millrace.publisher.PublisherSettings.Delivery;
import dev.millrace.publisher.PublisherSettings.Timeouts;
import dev.millrace.redis.internal.StreamAppend;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** A send loop turned by hand, with a clock that is set by hand; futures complete in the test's thread. */
final class LoopHarness {

    static final Duration DELIVERY = Duration.ofSeconds(30);

    final FakeTarget target = new FakeTarget();
    final SimpleMeterRegistry registry;
    final Accumulator accumulator;
    final FailedEvents failures;

    /** What onFailure was told. */
    final List<FailedEvent> given = new ArrayList<>();

    /** Where futures complete. */
    volatile Executor executor = Runnable::run;

    final SendLoop loop;
    final Lanes lanes;
    final Pulse pulse;
    private static final long START = -5_000_000_000L;
    private final AtomicLong now = new AtomicLong(START); // a nano clock may well be negative

    LoopHarness(BatchLimits limits) {
        this(limits, Delivery.DEFAULTS);
    }

    LoopHarness(BatchLimits limits, Delivery delivery) {
        this(limits, delivery, 10_000);
    }

    LoopHarness(BatchLimits limits, Delivery delivery, int bufferEvents) {
        this(limits, delivery, bufferEvents, false);
    }

    LoopHarness(BatchLimits limits, SimpleMeterRegistry registry) {
        this(limits, Delivery.DEFAULTS, 10_000, false, new ConcurrentLinkedQueue<>(), registry);
    }

    /** @param asked whether the target is asked when it is quiet */
    LoopHarness(BatchLimits limits, Delivery delivery, int bufferEvents, boolean asked) {
        this(limits, delivery, bufferEvents, asked, new ConcurrentLinkedQueue<>());
    }

    /** @param queue between those who publish and the loop */
    LoopHarness(BatchLimits limits, Delivery delivery, int bufferEvents, boolean asked, Queue<Handover> queue) {
        this(limits, delivery, bufferEvents, asked, queue, new SimpleMeterRegistry());
    }

    private LoopHarness(
            BatchLimits limits,
            Delivery delivery,
            int bufferEvents,
            boolean asked,
            Queue<Handover> queue,
            SimpleMeterRegistry registry) {
        this.registry = registry;
        this.lanes = new Lanes(target, limits, BatchGrouping.byStream());
        PublisherSettings settings = new PublisherSettings(
                "billing",
                limits,
                new Buffer(bufferEvents, 64 << 20, Duration.ZERO),
                new Timeouts(DELIVERY, Duration.ofSeconds(20)),
                delivery,
                1 << 20);
        accumulator = new Accumulator("billing", settings.buffer(), now::get, queue);
        Completions completions =
                new Completions(task -> executor.execute(task), null, now::get, given::add, accumulator::release);
        pulse = new Pulse(now::get, () -> Instant.EPOCH.plusNanos(now.get() - START), asked ? target : null);
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), () -> 0.5);
        PublisherMeters meters = new PublisherMeters(registry, "billing");
        failures = new FailedEvents(delivery.keptEvents(), delivery.keptBytes(), meters);
        Settlement settlement = new Settlement(settings, completions, failures, meters, pulse, backoff);
        loop = new SendLoop(settings, accumulator, settlement, completions, meters, pulse);
        meters.watch(accumulator, loop);
    }

    CompletableFuture<PublishReceipt> publish(String text) {
        return publish("orders", text);
    }

    CompletableFuture<PublishReceipt> publish(String stream, String text) {
        Lane lane = lanes.of(stream, "order.paid");
        StreamAppend append = new StreamAppend(stream, text.getBytes(StandardCharsets.UTF_8));
        PendingEvent event = new PendingEvent("id-" + text, "order.paid", append, lane);
        accept(event);
        return event.future();
    }

    private void accept(PendingEvent event) {
        try {
            accumulator.add(event, 0, null);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends again what was given up. */
    void again(FailedEvent failed) {
        accept(failed.again());
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

    Health health() {
        return pulse.health(!accumulator.isEmpty(), accumulator.isFull());
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
        now.addAndGet(time.toNanos());
    }

    /** The loop alone and at once, for whoever was accepted just before. */
    void closeLoop() {
        loop.close(now.get());
    }

    void closeWithin(Duration time) {
        accumulator.close();
        loop.close(now.get() + time.toNanos());
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
