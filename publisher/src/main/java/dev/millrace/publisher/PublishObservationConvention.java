package dev.millrace.publisher;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observation of a publish, and what it carries. The default follows OpenTelemetry's semantic conventions for
 * messaging: {@code millrace.publish}, in traces {@code send <type>}, with {@code messaging.system}, {@code
 * messaging.operation.type}, {@code messaging.operation.name}, {@code messaging.destination.name}, {@code
 * millrace.event.type}, and in traces alone {@code messaging.message.id} and {@code messaging.message.conversation_id}. Once
 * the event is stored it gives only what is new: its stream, in the place of {@code none}.
 *
 * <p>Implement it to change any of these; thread-safe.
 */
public interface PublishObservationConvention extends ObservationConvention<PublishObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof PublishObservationContext;
    }

    @Override
    default String getName() {
        return "millrace.publish";
    }

    @Override
    default String getContextualName(PublishObservationContext context) {
        return "send " + context.header().type();
    }

    @Override
    default KeyValues getLowCardinalityKeyValues(PublishObservationContext context) {
        PublishReceipt receipt = context.receipt();
        if (receipt != null) {
            // Asked again at the end: the rest is known since the beginning.
            return KeyValues.of(KeyValue.of("messaging.destination.name", receipt.stream()));
        }
        return KeyValues.of(
                StandardKeyValues.SYSTEM,
                StandardKeyValues.OPERATION_TYPE,
                StandardKeyValues.OPERATION_NAME,
                StandardKeyValues.NO_DESTINATION,
                KeyValue.of("millrace.event.type", context.header().type()));
    }

    @Override
    default KeyValues getHighCardinalityKeyValues(PublishObservationContext context) {
        if (context.receipt() != null) {
            return KeyValues.empty();
        }
        String correlation = context.header().correlationId();
        return KeyValues.of(
                KeyValue.of("messaging.message.id", context.header().id()),
                KeyValue.of("messaging.message.conversation_id", correlation == null ? "none" : correlation));
    }
}
