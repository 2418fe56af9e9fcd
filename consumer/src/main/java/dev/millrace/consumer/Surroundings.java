package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.DeliveryContext;
import dev.millrace.event.internal.Quietly;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What a handler finds around it: the event's context for what it publishes, the correlation id for what it logs, and a
 * tracer's span. Thread-safe.
 */
final class Surroundings {

    static final String CORRELATION_ID = "correlationId";

    private static final DeliveryObservationConvention STANDARD = new DeliveryObservationConvention() {};

    private static final Logger log = LoggerFactory.getLogger(Surroundings.class);

    private final Quietly quietly =
            new Quietly((others, e) -> log.warn("an observation of a handler failed{}", others, e));
    private final ObservationRegistry registry;
    private final @Nullable DeliveryObservationConvention convention;

    /** A handler's work. */
    interface Call {
        void run() throws Exception;
    }

    Surroundings(ObservationRegistry registry, @Nullable DeliveryObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    /** Runs a handler's work for this delivery, and throws what it throws. */
    void call(Delivery delivery, Call work) throws Exception {
        String before = MDC.get(CORRELATION_ID);
        try (DeliveryContext.Scope scope = DeliveryContext.open(delivery.header())) {
            put(delivery.header().correlationId());
            if (registry.isNoop()) {
                work.run();
            } else {
                observed(delivery, work);
            }
        } finally {
            put(before);
        }
    }

    /** What an observation's handlers throw is said, and is no failure of the event: it may be handled already. */
    private void observed(Delivery delivery, Call work) throws Exception {
        Observation observation = started(delivery);
        Observation.Scope outer = registry.getCurrentObservationScope();
        Observation.Scope scope = scope(observation);
        try {
            work.run();
        } catch (Throwable failure) {
            quietly.run(() -> observation.error(failure));
            throw failure;
        } finally {
            quietly.run(scope::close);
            registry.setCurrentObservationScope(outer); // which close does last, if nothing is thrown before
            quietly.run(observation::stop);
        }
    }

    private Observation started(Delivery delivery) {
        try {
            DeliveryObservationContext context = new DeliveryObservationContext(delivery);
            Observation observation = Observation.createNotStarted(convention, STANDARD, () -> context, registry)
                    .start();
            context.begin();
            return observation;
        } catch (RuntimeException e) {
            quietly.say(e);
            return Observation.NOOP;
        }
    }

    private Observation.Scope scope(Observation observation) {
        try {
            return observation.openScope();
        } catch (RuntimeException e) {
            quietly.say(e);
            return Observation.Scope.NOOP;
        }
    }

    private static void put(@Nullable String correlationId) {
        if (correlationId == null) {
            MDC.remove(CORRELATION_ID);
        } else {
            MDC.put(CORRELATION_ID, correlationId);
        }
    }
}
