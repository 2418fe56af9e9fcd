package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Observes publishes, from acceptance to the end, for tracers; without a registry it does nothing. Thread-safe. */
final class Observations {

    static final PublishObservationConvention STANDARD = new PublishObservationConvention() {};

    private final ObservationRegistry registry;
    private final @Nullable PublishObservationConvention convention;

    Observations(ObservationRegistry registry, @Nullable PublishObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    /** Whether nobody looks. */
    boolean isNoop() {
        return registry.isNoop();
    }

    /** Publishes this event by the given function, with the tracer's context in its header. */
    CompletableFuture<PublishReceipt> observe(Event event, Function<Event, CompletableFuture<PublishReceipt>> publish) {
        EventHeader.Builder carrier = event.header().toBuilder();
        PublishObservationContext context = new PublishObservationContext(event.header(), carrier);
        Observation observation = Observation.createNotStarted(convention, STANDARD, () -> context, registry)
                .start();
        CompletableFuture<PublishReceipt> future;
        try {
            // The same header, if the tracer had nothing to hand on.
            future = publish.apply(new Event(carrier.build(), event.body()));
        } catch (RuntimeException | Error e) {
            observation.error(e).stop();
            throw e;
        }
        CompletableFuture<PublishReceipt> unused = future.whenComplete((receipt, failure) -> {
            context.stored(receipt);
            if (failure != null) {
                observation.error(failure);
            }
            observation.stop();
        });
        return future;
    }
}
