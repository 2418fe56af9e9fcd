package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.Quietly;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Observes publishes, from acceptance to the end, for tracers; without a registry it does nothing. Thread-safe. */
final class Observations {

    static final PublishObservationConvention STANDARD = new PublishObservationConvention() {};

    private static final Logger LOG = LoggerFactory.getLogger(Observations.class);

    private final Quietly quietly =
            new Quietly((others, e) -> LOG.warn("an observation of a publish failed{}", others, e));
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
        Observation observation = started(context);
        CompletableFuture<PublishReceipt> future;
        try {
            // The same header, if the tracer had nothing to hand on.
            future = publish.apply(new Event(carrier.build(), event.body()));
        } catch (RuntimeException | Error e) {
            end(observation, e);
            throw e;
        }
        CompletableFuture<PublishReceipt> unused = future.whenComplete((receipt, failure) -> {
            context.stored(receipt);
            end(observation, failure);
        });
        return future;
    }

    /** What an observation's handlers throw is said, and is no reason not to publish. */
    private Observation started(PublishObservationContext context) {
        try {
            return Observation.createNotStarted(convention, STANDARD, () -> context, registry)
                    .start();
        } catch (RuntimeException e) {
            quietly.say(e);
            return Observation.NOOP;
        }
    }

    private void end(Observation observation, @Nullable Throwable failure) {
        if (failure != null) {
            quietly.run(() -> observation.error(failure));
        }
        quietly.run(observation::stop);
    }
}
