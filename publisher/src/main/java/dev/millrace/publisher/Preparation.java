package dev.millrace.publisher;

import dev.millrace.event.Classification;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What becomes of an event before it is sealed: its header, transformers, then key and classification. Thread-safe. */
final class Preparation {

    private final Headers headers;
    private final List<EventTransformer> transformers;
    private final HeaderPolicy policy;

    Preparation(Headers headers, List<EventTransformer> transformers, HeaderPolicy policy) {
        this.headers = headers;
        this.transformers = List.copyOf(transformers);
        this.policy = policy;
    }

    /** A new event, its header complete. */
    Event fresh(String type, Object body, Consumer<EventHeader.Builder> members) {
        return new Event(headers.fresh(type, members), body);
    }

    /** The given event, its header complete. */
    Event complete(Event given) {
        return new Event(headers.complete(given.header()), given.body());
    }

    /**
     * Applies transformers and strategies.
     *
     * @param given with a complete header
     * @return what is to be published, its header complete; null if a transformer dropped it
     */
    @Nullable
    Event prepare(Event given) {
        Event event = given;
        for (EventTransformer transformer : transformers) {
            event = transformer.transform(event);
            if (event == null) {
                return null;
            }
        }
        return decided(transformers.isEmpty() ? event : new Event(headers.mend(event.header()), event.body()));
    }

    private Event decided(Event event) {
        EventHeader header = event.header();
        String key = policy.keyOf(event);
        Classification classification = policy.classificationOf(event);
        if (Objects.equals(key, header.key()) && classification == header.classification()) {
            return event;
        }
        EventHeader changed =
                header.toBuilder().key(key).classification(classification).build();
        return new Event(changed, event.body());
    }
}
