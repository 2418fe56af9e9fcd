package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observation of a handler's call, and what it carries. The default follows OpenTelemetry's semantic conventions
 * for messaging: {@code millrace.handle}, in traces {@code process <type>}, with {@code messaging.system}, {@code
 * messaging.operation.type}, {@code messaging.operation.name}, {@code messaging.destination.name}, {@code
 * messaging.consumer.group.name}, {@code millrace.event.type}, and in traces alone {@code messaging.message.id}, {@code
 * messaging.message.conversation_id}, {@code millrace.entry.id} and {@code millrace.attempt}.
 *
 * <p>Implement it to change any of these; thread-safe.
 */
public interface DeliveryObservationConvention extends ObservationConvention<DeliveryObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof DeliveryObservationContext;
    }

    @Override
    default String getName() {
        return "millrace.handle";
    }

    @Override
    default String getContextualName(DeliveryObservationContext context) {
        return "process " + context.delivery().header().type();
    }

    @Override
    default KeyValues getLowCardinalityKeyValues(DeliveryObservationContext context) {
        if (context.begun()) {
            // Asked again at the end, and nothing is new.
            return KeyValues.empty();
        }
        Delivery delivery = context.delivery();
        return KeyValues.of(
                StandardKeyValues.SYSTEM,
                StandardKeyValues.OPERATION_TYPE,
                StandardKeyValues.OPERATION_NAME,
                KeyValue.of("messaging.destination.name", delivery.stream()),
                KeyValue.of("messaging.consumer.group.name", delivery.group()),
                KeyValue.of("millrace.event.type", delivery.header().type()));
    }

    @Override
    default KeyValues getHighCardinalityKeyValues(DeliveryObservationContext context) {
        if (context.begun()) {
            return KeyValues.empty();
        }
        Delivery delivery = context.delivery();
        String correlation = delivery.header().correlationId();
        return KeyValues.of(
                KeyValue.of("messaging.message.id", delivery.header().id()),
                KeyValue.of("messaging.message.conversation_id", correlation == null ? "none" : correlation),
                KeyValue.of("millrace.entry.id", delivery.entryId()),
                KeyValue.of("millrace.attempt", Integer.toString(delivery.attempt())));
    }
}
