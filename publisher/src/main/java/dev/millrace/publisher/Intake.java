package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.SharedMeters;
import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.validation.EventValidator;
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
    private final EventValidator rules;
    private final long patience;

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
        this.rules = sealer.rules();
        this.patience = engine.patience();
    }

    Preparation preparation() {
        return preparation;
    }

    EventSealer sealer() {
        return sealer;
    }

    /** Waiting for room. */
    CompletableFuture<PublishReceipt> publish(Supplier<Event> source) {
        return publish(source, rules, patience);
    }

    /** Without waiting; empty if there is no room. */
    Optional<CompletableFuture<PublishReceipt>> tryPublish(Supplier<Event> source) {
        try {
            return Optional.of(publish(source, rules, 0));
        } catch (BufferFullException e) {
            return Optional.empty();
        }
    }

    /** One future for each source, in order; what is refused fails alone, and all share the time to wait for room. */
    <T> List<CompletableFuture<PublishReceipt>> publishEach(List<T> sources, Function<T, Event> event) {
        engine.requireOpen();
        long until = engine.now() + patience;
        List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>(sources.size());
        for (T source : sources) {
            try {
                long left = Math.max(0, until - engine.now());
                futures.add(publish(() -> event.apply(source), rules, left));
            } catch (RuntimeException e) {
                futures.add(CompletableFuture.failedFuture(e));
            }
        }
        return futures;
    }

    /** By other rules than the publisher's. */
    CompletableFuture<PublishReceipt> publish(Supplier<Event> source, EventValidator otherRules) {
        return publish(source, otherRules, patience);
    }

    /**
     * Everything but the header's beginning. What calls it and what it calls is kept shallow: each layer around work of this
     * size is compiled with all of that work in it, and that is what the first million events of a process cost most.
     */
    private CompletableFuture<PublishReceipt> publish(Supplier<Event> source, EventValidator by, long blockNanos) {
        engine.requireOpen();
        String countedAs = SharedMeters.OTHER_TYPES; // until the type is known to be one
        try {
            Event given = source.get();
            countedAs = given.header().type();
            Event event = preparation.prepare(given);
            if (event == null) {
                return dropped(given.header());
            }
            countedAs = event.header().type();
            return observations.isNoop()
                    ? accept(sealer.seal(event, by), blockNanos)
                    : observations.observe(event, traced -> accept(sealer.seal(traced, by), blockNanos));
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

    private CompletableFuture<PublishReceipt> accept(PendingEvent pending, long blockNanos) {
        try {
            return engine.accept(pending, blockNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            String reason = "the thread was interrupted while it waited for room in the buffer";
            throw new PublishException(pending.eventId(), pending.type(), Outcome.NOT_STORED, reason);
        }
    }
}
