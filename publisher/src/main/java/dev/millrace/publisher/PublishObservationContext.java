package dev.millrace.publisher;

import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.TraceMembers;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a publish while it is observed; the tracer writes its context into the event's header. For {@link
 * PublishObservationConvention}.
 */
public final class PublishObservationContext extends SenderContext<EventHeader.Builder> {

    private final EventHeader header;
    private volatile @Nullable PublishReceipt receipt;

    PublishObservationContext(EventHeader header, EventHeader.Builder carrier) {
        super((target, name, value) -> TraceMembers.set(Objects.requireNonNull(target), name, value), Kind.PRODUCER);
        this.header = header;
        setCarrier(carrier);
        setRemoteServiceName("redis");
    }

    /** The event's header, before the tracer wrote into it. */
    public EventHeader header() {
        return header;
    }

    /** Where the event is stored; null before it is, and if it failed. */
    public @Nullable PublishReceipt receipt() {
        return receipt;
    }

    void stored(@Nullable PublishReceipt stored) {
        receipt = stored;
    }
}
