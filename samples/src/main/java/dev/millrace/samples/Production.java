package dev.millrace.samples;

import dev.millrace.event.BodyCodecException;
import dev.millrace.event.Event;
import dev.millrace.publisher.BufferFullException;
import dev.millrace.publisher.PublishException;
import dev.millrace.routing.Routing;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Publishes what a source gives, and writes down what is stored. One thread publishes; another may stop and finish. */
final class Production {

    /** What Redis says where the stream's name belongs to something that is no stream. */
    static final String NO_STREAM = "WRONGTYPE";

    private final Outlets publishers;
    private final Routing routing;
    private final ExecutorService callbacks;
    private final Ledger stored;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long startedAt = System.nanoTime();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

    Production(Outlets publishers, Routing routing, ExecutorService callbacks, Ledger stored) {
        this.publishers = publishers;
        this.routing = routing;
        this.callbacks = callbacks;
        this.stored = stored;
    }

    /**
     * Publishes until the source ends or {@link #stop} is called.
     *
     * @param rate events a second at most; null = as many as go
     * @throws BadInputException if the source gives something that is no event
     */
    void publish(EventSource source, @Nullable Integer rate) throws InterruptedException {
        try {
            Event event = source.next();
            for (long number = 0; event != null && !stopped(number, rate); number++) {
                publish(event, source.position());
                event = source.next();
            }
        } finally {
            ended.countDown();
        }
    }

    /** Waits until it is this event's turn, and tells whether there is none any more. */
    private boolean stopped(long number, @Nullable Integer rate) throws InterruptedException {
        long dueAfter = rate == null ? 0 : number * TimeUnit.SECONDS.toNanos(1) / rate;
        return stop.await(startedAt + dueAfter - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback sees to both ends
    private void publish(Event event, String position) {
        try {
            publishers.of(event).publish(event).whenComplete((receipt, failure) -> completed(event, failure));
        } catch (BodyCodecException e) {
            throw new BadInputException(position + ": " + e.getMessage());
        } catch (PublishException | BufferFullException e) {
            failed(event, e);
        } catch (IllegalStateException e) {
            if (stop.getCount() > 0) {
                throw e;
            }
            // Closed by whoever stopped us.
        }
    }

    private void completed(Event event, @Nullable Throwable failure) {
        if (failure != null) {
            failed(event, failure);
            return;
        }
        try {
            stored.add(event.header().id());
            published.incrementAndGet();
        } catch (UncheckedIOException e) {
            failed(event, e);
        }
    }

    private void failed(Event event, Throwable failure) {
        failed.incrementAndGet();
        String message = "stream " + routing.resolve(event.header()).stream() + ": " + failure.getMessage();
        firstFailure.compareAndSet(null, message);
        if (message.contains(NO_STREAM)) {
            stop.countDown(); // as it would be for all the others
        }
    }

    /** Waits until each event is known to be stored or not, which takes a delivery time-out at the longest. */
    void awaitAnswers() {
        publishers.flush();
    }

    /** Ends {@link #publish}, which is given a moment for that: it may be waiting for its source. */
    void stop() {
        stop.countDown();
        try {
            if (!ended.await(1, TimeUnit.SECONDS)) {
                return; // what it would still publish, a closed publisher refuses
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the publishers, waits for the last callback, and says what became of the events. */
    String finish() {
        publishers.close();
        callbacks.shutdown();
        try {
            if (!callbacks.awaitTermination(10, TimeUnit.SECONDS)) {
                firstFailure.compareAndSet(null, "the ledger takes too long to be written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        return String.format(
                Locale.ROOT,
                "published %,d, failed %,d in %.1f s (%,.0f events/s)",
                published.get(),
                failed.get(),
                seconds,
                published.get() / seconds);
    }

    /** What went wrong first, or null if nothing did. */
    @Nullable
    String firstFailure() {
        return firstFailure.get();
    }
}
