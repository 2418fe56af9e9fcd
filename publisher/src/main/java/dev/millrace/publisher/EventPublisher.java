package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.EventType;
import dev.millrace.event.Health;
import dev.millrace.event.internal.Checks;
import dev.millrace.validation.EventValidator;
import dev.millrace.validation.Violation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Publishes events: validates, routes and encodes each in the caller's thread, and sends them in batches from a thread of
 * its own. Thread-safe; one for a service is enough.
 *
 * <p>Each accepted event's future completes exactly once: with a receipt once Redis has stored the event, or with a
 * {@link PublishException} that says whether it is surely not stored or may be. What can pass (a lost connection, a
 * server that loads, fails over or is full) is tried again until {@code deliveryTimeout}. The events of one stream are
 * sent in the order in which they were accepted, and what is tried again goes before anything newer; only if the server
 * refuses a single event for a while can later ones that were already on their way pass it, which is counted.
 *
 * <p>Futures complete on the executor, where callbacks may block, publish and flush. When the buffer is full, publishing
 * waits for room, but never in such a callback or on an event loop: there it fails at once. The first event that a callback
 * publishes has the room of the event whose callback it is, whoever waits; what else it publishes must find room.
 */
public final class EventPublisher implements AutoCloseable {

    private final PublisherSettings settings;
    private final Intake intake;
    private final Preparation preparation;
    private final EventSealer sealer;
    private final Engine engine;
    private final PublisherMeters meters;
    private final Runnable closeConnections;

    EventPublisher(
            PublisherSettings settings,
            Intake intake,
            Engine engine,
            PublisherMeters meters,
            Runnable closeConnections) {
        this.settings = settings;
        this.intake = intake;
        this.preparation = intake.preparation();
        this.sealer = intake.sealer();
        this.engine = engine;
        this.meters = meters;
        this.closeConnections = closeConnections;
    }

    /**
     * Starts a publisher's configuration.
     *
     * @param origin the service that publishes, which stands in every header; not blank
     */
    public static EventPublisherBuilder builder(String origin) {
        return new EventPublisherBuilder(origin);
    }

    /**
     * Publishes an event of this type, with a fresh id and the current time; inside a handler it inherits the handled
     * event's correlation id and trace context, and has that event's id as its causation id.
     *
     * @param type dotted type, for instance {@code order.paid}
     * @param body a record, bean, map, JSON tree or string, or a {@code byte[]} of compact JSON
     * @return completes with the receipt, or with a {@link PublishException}
     * @throws dev.millrace.event.InvalidEventException if the type is not allowed
     * @throws dev.millrace.validation.EventValidationException if the validator refuses the body
     * @throws dev.millrace.routing.UnroutableEventException if the event has no stream to go to
     * @throws dev.millrace.event.BodyCodecException if the body cannot be serialised
     * @throws BufferFullException if there was no room in the buffer in time
     * @throws StreamFullException if the stream is longer than its retention allows, and that refuses
     * @throws PublishException if the event is too large, or the thread was interrupted while it waited for room
     * @throws IllegalStateException if the publisher is closed
     */
    public CompletableFuture<PublishReceipt> publish(String type, Object body) {
        Objects.requireNonNull(type, "type");
        return intake.publish(() -> preparation.fresh(type, body, header -> {}));
    }

    /**
     * Publishes an event of this type whose other header members are set by {@code members}.
     *
     * @param type dotted type
     * @param body the body, as in {@link #publish(String, Object)}
     * @param members sets header members, for instance {@code h -> h.key("o-17")}; what it sets wins over what would be
     *     inherited
     * @return as for {@link #publish(String, Object)}, also in its errors
     */
    public CompletableFuture<PublishReceipt> publish(String type, Object body, Consumer<EventHeader.Builder> members) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(members, "members");
        return intake.publish(() -> preparation.fresh(type, body, members));
    }

    /**
     * Publishes an event of a declared type, in its version.
     *
     * @param type the declared type
     * @param body the body
     * @param <T> the body's class
     * @return as for {@link #publish(String, Object)}, also in its errors
     */
    public <T> CompletableFuture<PublishReceipt> publish(EventType<T> type, T body) {
        Objects.requireNonNull(type, "type");
        return publish(type.name(), body, header -> header.version(type.version()));
    }

    /**
     * Publishes this event: what its header lacks (origin, correlation, causation) is filled, and the hash is that of the
     * body.
     *
     * @param event the event
     * @return as for {@link #publish(String, Object)}, also in its errors
     */
    public CompletableFuture<PublishReceipt> publish(Event event) {
        Objects.requireNonNull(event, "event");
        return intake.publish(() -> preparation.complete(event));
    }

    /**
     * Publishes this event by the rules of this validator, which is asked in place of the publisher's.
     *
     * @param event the event
     * @param rules what its body must satisfy
     * @return as for {@link #publish(String, Object)}, also in its errors
     */
    public CompletableFuture<PublishReceipt> publish(Event event, EventValidator rules) {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(rules, "rules");
        return intake.publish(() -> preparation.complete(event), rules);
    }

    /**
     * What {@link #publish(Event)} would refuse this event's body for, after its transformers. Nothing is published.
     *
     * @param event the event
     * @return the violations; empty if there are none, or a transformer drops the event
     * @throws RuntimeException if a transformer refuses the event
     */
    public List<Violation> validate(Event event) {
        Objects.requireNonNull(event, "event");
        Event prepared = preparation.prepare(preparation.complete(event));
        return prepared == null ? List.of() : sealer.validate(prepared);
    }

    /**
     * Publishes these events in order, of any types and each with its own header. All together wait no longer for room than
     * one would.
     *
     * @param events the events
     * @return one future for each, in order; an event that {@link #publish(Event)} would refuse is one that has failed, and
     *     hides no other
     * @throws IllegalStateException if the publisher is closed
     */
    public List<CompletableFuture<PublishReceipt>> publishAll(List<Event> events) {
        Objects.requireNonNull(events, "events");
        return intake.publishEach(events, event -> preparation.complete(Objects.requireNonNull(event, "event")));
    }

    /**
     * Publishes an event of this type for each body, in order.
     *
     * @param type dotted type
     * @param bodies the bodies
     * @return as for {@link #publishAll(List)}
     * @throws IllegalStateException if the publisher is closed
     */
    public List<CompletableFuture<PublishReceipt>> publishAll(String type, List<?> bodies) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(bodies, "bodies");
        return intake.publishEach(bodies, body -> preparation.fresh(type, body, header -> {}));
    }

    /**
     * {@link #publish(String, Object)} for event loops and others that must never wait.
     *
     * @param type dotted type
     * @param body the body
     * @return empty if the buffer has no room now, which is counted as refused; otherwise as for publish, also in its errors
     */
    public Optional<CompletableFuture<PublishReceipt>> tryPublish(String type, Object body) {
        Objects.requireNonNull(type, "type");
        return intake.tryPublish(() -> preparation.fresh(type, body, header -> {}));
    }

    /** {@link #publish(Event)} for those who must never wait; empty as for {@link #tryPublish(String, Object)}. */
    public Optional<CompletableFuture<PublishReceipt>> tryPublish(Event event) {
        Objects.requireNonNull(event, "event");
        return intake.tryPublish(() -> preparation.complete(event));
    }

    /**
     * Sends partial batches at once.
     *
     * @return completes when the future of every event that was accepted before this call is complete, normally also if
     *     some of them failed
     */
    public CompletableFuture<Void> flush() {
        return engine.flush();
    }

    /**
     * The events that were accepted and then given up, oldest first; also after close. At the limits of the builder's {@code
     * failedEvents} the oldest have left, which is counted.
     */
    public List<FailedEvent> failedEvents() {
        return engine.failures().list();
    }

    /**
     * Takes the oldest failed events off the list and sends them again, under their ids, as long as the buffer has room. They
     * come after what was accepted since, so their order is given up; what fails again is on the list again.
     *
     * @param most how many at most, not negative
     * @return how many were accepted
     * @throws IllegalStateException if the publisher is closed
     */
    public int retryFailed(int most) {
        Checks.between("most", most, 0, Integer.MAX_VALUE);
        return engine.retryFailed(most);
    }

    /**
     * Appends the failed events to a file, oldest first, one line of JSON each: the header's members, ids kept, and the body
     * as {@code body}. The events stay on the list. Also after close, and from any number of threads
     * and processes at once: each waits for the file's lock.
     *
     * @param file created if it is not there
     * @return how many were written
     * @throws IOException if the file cannot be written
     */
    public int failedEventsTo(Path file) throws IOException {
        List<FailedEvent> failed = failedEvents();
        FailedEventsFile.append(failed, file);
        return failed.size();
    }

    /** What the publisher holds in memory now; also after close. */
    public MemoryStats memoryStats() {
        return engine.memoryStats(sealer.streams());
    }

    /**
     * Whether events get on: down if the publisher is closed, if those of a stream wait and none of them was stored (or
     * refused for good) for 10 seconds, if the future of a settled one has waited for a thread of the executor that long, if
     * the send loop is stuck, or if Redis has given no answer for 10 seconds; that it is asked when nothing else
     * has gone to it for 4 seconds, in the background, makes this true of an idle publisher, too. The reason names stream,
     * last fault and time. Asking costs nothing; a publisher that refuses events one by one is healthy, and counts them.
     */
    public Health health() {
        return engine.health();
    }

    /** {@link #close(Duration)} with the builder's {@code closeTimeout}. */
    @Override
    public void close() {
        CloseReport unused = close(settings.timeouts().close());
    }

    /**
     * Accepts no more, sends what is accepted until the deadline, then fails what is left, and ends the publisher's
     * threads and connections; Redis connections that were handed in stay open. Futures that the executor has not completed
     * half a second after the deadline are completed by threads of the publisher's own. Further calls wait for the first one, and
     * have no effect after it. An interrupt brings the deadline forward to now.
     *
     * @param timeout how long to go on sending, at most 365 days; zero = what is left fails at once
     * @return what was accepted and not delivered; the same from every call once the publisher is closed
     * @throws IllegalStateException in a callback of a publish or flush, which would wait for itself; on an event loop
     *     (Netty's, and so the Redis client's, or Reactor's), which must not wait. Once the publisher is closed, there, too,
     *     it has no effect
     */
    public CloseReport close(Duration timeout) {
        Checks.between("timeout", timeout, Duration.ZERO, PublisherSettings.LONGEST);
        return engine.close(timeout, () -> {
            try {
                closeConnections.run();
            } finally {
                meters.close();
            }
        });
    }

    /** Origin only. */
    @Override
    public String toString() {
        return "EventPublisher[" + settings.origin() + "]";
    }
}
