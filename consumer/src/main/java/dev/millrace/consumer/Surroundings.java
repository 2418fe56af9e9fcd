package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.DeliveryContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a handler finds around it: the event's context for what it publishes, the correlation id for what it logs, and a
 * tracer's span. Thread-safe.
 */
final class Surroundings {

    static final String CORRELATION_ID = "correlationId";

    private static final DeliveryObservationConvention STANDARD = new DeliveryObservationConvention() {};

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

    private void observed(Delivery delivery, Call work) throws Exception {
        DeliveryObservationContext context = new DeliveryObservationContext(delivery);
        Observation observation = Observation.createNotStarted(convention, STANDARD, () -> context, registry)
                .start();
        context.begin();
        try (Observation.Scope scope = observation.openScope()) {
            work.run();
        } catch (Throwable failure) {
            observation.error(failure);
            throw failure;
        } finally {
            observation.stop();
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
