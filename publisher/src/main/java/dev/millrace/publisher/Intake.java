package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.publisher.PublishException.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The caller's part of publishing: prepares and seals an event and has it accepted, all in the caller's thread and with its
 * errors in the caller's stack; counts what is refused. Thread-safe.
 */
final class Intake {

    private final Preparation preparation;
    private final EventSealer sealer;
    private final Engine engine;
    private final PublisherMeters meters;
    private final Observations observations;

    Intake(
            Preparation preparation,
            EventSealer sealer,
            Engine engine,
            PublisherMeters meters,
            Observations observations) {
        this.preparation = preparation;
        this.sealer = sealer;
        this.engine = engine;
        this.meters = meters;
        this.observations = observations;
    }

    Preparation preparation() {
        return preparation;
    }

    EventSealer sealer() {
        return sealer;
    }

    CompletableFuture<PublishReceipt> publish(Supplier<Event> source) {
        return publish(source, sealer::seal, engine.patience());
    }

    CompletableFuture<PublishReceipt> publish(Supplier<Event> source, Function<Event, PendingEvent> seal) {
        return publish(source, seal, engine.patience());
    }

    /** Without waiting; empty if there is no room. */
    Optional<CompletableFuture<PublishReceipt>> tryPublish(Supplier<Event> source) {
        try {
            return Optional.of(publish(source, sealer::seal, 0));
        } catch (BufferFullException e) {
            return Optional.empty();
        }
    }

    /** One future for each source, in order; what is refused fails alone, and all share the time to wait for room. */
    <T> List<CompletableFuture<PublishReceipt>> publishEach(List<T> sources, Function<T, Event> event) {
        engine.requireOpen();
        long until = engine.now() + engine.patience();
        List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>(sources.size());
        for (T source : sources) {
            try {
                long left = Math.max(0, until - engine.now());
                futures.add(publish(() -> event.apply(source), sealer::seal, left));
            } catch (RuntimeException e) {
                futures.add(CompletableFuture.failedFuture(e));
            }
        }
        return futures;
    }

    private CompletableFuture<PublishReceipt> publish(
            Supplier<Event> source, Function<Event, PendingEvent> seal, long blockNanos) {
        engine.requireOpen();
        String countedAs = PublisherMeters.OTHER; // until the type is known to be one
        try {
            Event given = source.get();
            countedAs = given.header().type();
            Event event = preparation.prepare(given);
            if (event == null) {
                return dropped(given.header());
            }
            countedAs = event.header().type();
            return observations.observe(event, traced -> accept(seal.apply(traced), traced.header(), blockNanos));
        } catch (RuntimeException e) {
            meters.refused(countedAs);
            throw e;
        }
    }

    private CompletableFuture<PublishReceipt> dropped(EventHeader header) {
        meters.dropped(header.type());
        String reason = "a transformer dropped it";
        return CompletableFuture.failedFuture(
                new PublishException(header.id(), header.type(), Outcome.DROPPED, reason));
    }

    private CompletableFuture<PublishReceipt> accept(PendingEvent pending, EventHeader header, long blockNanos) {
        try {
            return engine.accept(pending, blockNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            String reason = "the thread was interrupted while it waited for room in the buffer";
            throw new PublishException(header.id(), header.type(), Outcome.NOT_STORED, reason);
        }
    }
}
