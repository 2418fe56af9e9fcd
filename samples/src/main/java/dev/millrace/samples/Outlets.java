package dev.millrace.samples;

import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.event.BodyCodecException;
import dev.millrace.event.Event;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.EventPublisherBuilder;
import dev.millrace.publisher.WireForm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The publishers of one run: one for JSON in envelopes, and one for each content type among events whose bodies are no JSON,
 * which go out in the form {@code split}. Thread-safe.
 */
final class Outlets implements AutoCloseable {

    private final Supplier<EventPublisherBuilder> builders;
    private final EventPublisher envelopes;
    private final Map<String, EventPublisher> split = new LinkedHashMap<>();
    private boolean closed;

    /** Opens the one for envelopes; the builders are as the run needs them but for the wire form. */
    Outlets(Supplier<EventPublisherBuilder> builders) {
        this.builders = builders;
        this.envelopes = builders.get().build();
    }

    /** The publisher that this event goes out by; a closed one after close. */
    synchronized EventPublisher of(Event event) {
        String contentType = EventLine.contentType(event);
        return contentType == null || closed
                ? envelopes
                : split.computeIfAbsent(
                        contentType,
                        type -> builders.get()
                                .wireForm(WireForm.split())
                                .bodyCodec(new BytesOf(type))
                                .build());
    }

    /** Waits until each event is known to be stored or not. */
    void flush() {
        CompletableFuture<Void> others;
        synchronized (this) {
            others = CompletableFuture.allOf(
                    split.values().stream().map(EventPublisher::flush).toArray(CompletableFuture<?>[]::new));
        }
        CompletableFuture.allOf(envelopes.flush(), others).join();
    }

    /** As publishers close, each. Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        split.values().forEach(EventPublisher::close);
        envelopes.close();
    }

    /** Bodies that are serialised already. */
    private record BytesOf(String contentType) implements BodyCodec {

        @Override
        public byte[] encode(Object body) {
            return (byte[]) body;
        }

        @Override
        public <T> T decode(Body body, Class<T> type) {
            throw new BodyCodecException("bodies of type " + contentType + " are sent on, and not read");
        }
    }
}
