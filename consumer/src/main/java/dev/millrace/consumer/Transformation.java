package dev.millrace.consumer;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.DeliveryContext;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import java.util.List;

/** Runs the application's transformers, once in an event's time here. Thread-safe. */
final class Transformation {

    private final List<DeliveryTransformer> transformers;
    private final BodyCodec codec;

    /** @param codec serialises what they return */
    Transformation(List<DeliveryTransformer> transformers, BodyCodec codec) {
        this.transformers = transformers;
        this.codec = codec;
    }

    /**
     * Lets the event go on as they say.
     *
     * @return false if one of them says that it is not to be handled
     * @throws Exception what one of them threw
     */
    boolean apply(EventInFlight event) throws Exception {
        if (transformers.isEmpty() || event.isTransformed()) {
            return true;
        }
        EventHeader header = event.header();
        Body body = event.body();
        String contentType = event.contentType();
        try (DeliveryContext.Scope scope = DeliveryContext.open(header)) {
            for (DeliveryTransformer transformer : transformers) {
                Event changed = transformer.transform(header, body);
                if (changed == null) {
                    return false;
                }
                header = changed.header();
                if (changed.body() instanceof Body serialised) {
                    body = serialised;
                } else {
                    body = Body.of(codec.encode(changed.body()));
                    contentType = null;
                }
            }
        }
        event.transformed(header, body, contentType);
        return true;
    }
}
