package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.BodyCodecException;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.EventValidator;
import dev.millrace.validation.Violation;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt: the body into the handler's type, validation, the handlers, and what their outcome means. Thread-safe. */
final class Handling {

    private static final Logger log = LoggerFactory.getLogger(Handling.class);

    private final BodyCodec codec;
    private final EventValidator validator;
    private final Hooks hooks;
    private final LongSupplier ticker;
    private final Surroundings surroundings;
    private final WorkQueue work;
    private final Calls calls;

    Handling(ServerParts server, Calls calls) {
        this.codec = server.settings().codec();
        this.validator = server.settings().validator();
        this.hooks = server.hooks();
        this.work = server.work();
        this.ticker = server.settings().ticker();
        this.surroundings = server.settings().surroundings();
        this.calls = calls;
    }

    long now() {
        return ticker.getAsLong();
    }

    /**
     * Settles the event, or passes it on, in every case but one.
     *
     * @param pool the worker's, whose handlers it calls
     * @throws InterruptedException if the server's close interrupted the handler: the event stays pending, to be handed back
     */
    void handle(EventInFlight event, Pool pool) throws InterruptedException {
        goOn(event, now(), pool);
    }

    private void begin(EventInFlight event) {
        if (event.beginsAttempt()) {
            if (event.entry().attemptBegins(event.attempt()) && event.attempt() > 1) {
                event.home().meters().count(Counted.RETRIED);
            }
            hooks.before(event);
        }
    }

    /** Calls the handlers that are left; without any, the event is handled. */
    void goOn(EventInFlight event, long startedAt, Pool pool) throws InterruptedException {
        for (Registration<?> registration : List.copyOf(event.openHandlers())) {
            if (work.passOn(event, pool) || !succeeds(registration, event, startedAt)) {
                return;
            }
            event.handlerSucceeded();
        }
        event.entry().effective();
        hooks.after(event);
        event.home().settlement().handled(event);
        event.home().meters().handled(event.header(), now() - startedAt);
    }

    private <T> boolean succeeds(Registration<T> registration, EventInFlight event, long startedAt)
            throws InterruptedException {
        if (!calls.admits(registration, List.of(event))) {
            return false;
        }
        T body = null;
        try {
            body = begin(registration, event, startedAt);
        } finally {
            if (body == null) {
                calls.unused(registration);
            }
        }
        return body != null && succeeds(registration, body, event, startedAt);
    }

    /** The body, for a batch; null if that settled the event. */
    <T> @Nullable T begin(Registration<T> registration, EventInFlight event, long startedAt)
            throws InterruptedException {
        begin(event);
        return read(registration, event, startedAt);
    }

    private <T> @Nullable T read(Registration<T> registration, EventInFlight event, long startedAt)
            throws InterruptedException {
        try {
            T body = codec.decode(event.body(), registration.bodyClass());
            List<Violation> violations = validator.validate(event.header().type(), body);
            if (!violations.isEmpty()) {
                throw new EventValidationException(event.header().type(), violations);
            }
            return body;
        } catch (BodyCodecException | EventValidationException e) {
            event.home().settlement().invalid(event, e);
        } catch (RuntimeException | Error e) {
            // A codec or a validator of the application that fails in its own way: as if the handler had.
            failed(event, registration.options(), e, startedAt);
        }
        return null;
    }

    private <T> boolean succeeds(Registration<T> registration, T body, EventInFlight event, long startedAt)
            throws InterruptedException {
        try {
            // The limit within the store's call: what took too long must not be committed.
            surroundings.call(
                    event,
                    () -> event.home()
                            .claims()
                            .call(
                                    event,
                                    registration,
                                    () -> calls.call(
                                            registration,
                                            event,
                                            () -> registration.handler().handle(body, event.header(), event),
                                            () -> null)));
            return true;
        } catch (Throwable failure) {
            // Errors too: an assertion or a missing class in one handler must not end the worker.
            failed(event, registration.options(), failure, startedAt);
            return false;
        }
    }

    /**
     * An attempt has failed.
     *
     * @throws InterruptedException if that may be the work of the server's close
     */
    void failed(EventInFlight event, HandlerOptions handler, Throwable cause, long startedAt)
            throws InterruptedException {
        if (calls.interrupting()) {
            // Whatever it threw, our interrupt may be behind it: that is no attempt of the event.
            throw new InterruptedException("close");
        }
        if (log.isDebugEnabled()) {
            log.debug("handler failed for event {} ({})", event.header().id(), event.entryId(), cause);
        }
        event.home().settlement().failed(event, handler, cause);
        event.home().meters().failed(event.header(), now() - startedAt);
    }
}
