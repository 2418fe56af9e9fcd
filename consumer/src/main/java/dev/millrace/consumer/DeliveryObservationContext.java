package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.TraceMembers;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;

/**
 * What is known about the handling of a delivery while it is observed; the tracer reads the publisher's context from the
 * event's header. For {@link DeliveryObservationConvention}.
 */
public final class DeliveryObservationContext extends ReceiverContext<EventHeader> {

    private final Delivery delivery;
    private boolean begun;

    DeliveryObservationContext(Delivery delivery) {
        super((header, name) -> TraceMembers.get(header, name), Kind.CONSUMER);
        this.delivery = delivery;
        setCarrier(delivery.header());
        setRemoteServiceName(delivery.header().origin());
    }

    /** Whether the convention has said what is known from the beginning. */
    boolean begun() {
        return begun;
    }

    void begin() {
        begun = true;
    }

    /** The delivery that a handler is given. */
    public Delivery delivery() {
        return delivery;
    }
}
