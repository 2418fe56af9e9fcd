package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.BodyCodecException;
import dev.millrace.event.DeliveryContext;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.EventValidator;
import dev.millrace.validation.Violation;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt: the body into the handler's type, validation, the handlers, and what their outcome means. Thread-safe. */
final class Handling {

    private static final Logger log = LoggerFactory.getLogger(Handling.class);

    private final BodyCodec codec;
    private final EventValidator validator;
    private final Hooks hooks;
    private final LongSupplier ticker;
    private final TimeLimits timeLimits;
    private volatile boolean interrupting;

    Handling(ServerParts server, TimeLimits timeLimits) {
        this.codec = server.settings().codec();
        this.validator = server.settings().validator();
        this.hooks = server.hooks();
        this.ticker = server.settings().ticker();
        this.timeLimits = timeLimits;
    }

    /** From now on a handler that fails may have been interrupted by us. */
    void interrupting() {
        interrupting = true;
    }

    /**
     * Settles the event in every case but one.
     *
     * @throws InterruptedException if the server's close interrupted the handler: the event stays pending, to be handed back
     */
    void handle(EventInFlight event) throws InterruptedException {
        Settlement settlement = event.home().settlement();
        long startedAt = ticker.getAsLong();
        hooks.before(event);
        try {
            for (Registration<?> registration : List.copyOf(event.openHandlers())) {
                call(registration, event);
                event.handlerSucceeded();
            }
        } catch (BodyCodecException | EventValidationException e) {
            settlement.invalid(event, e);
            return;
        } catch (HandlerFailure failure) {
            failed(event, failure, startedAt);
            return;
        }
        event.entry().effective();
        hooks.after(event);
        settlement.handled(event);
        event.home().meters().handled(event.header(), ticker.getAsLong() - startedAt);
    }

    private <T> void call(Registration<T> registration, EventInFlight event) throws HandlerFailure {
        try {
            T body = codec.decode(event.body(), registration.bodyClass());
            List<Violation> violations = validator.validate(event.header().type(), body);
            if (!violations.isEmpty()) {
                throw new EventValidationException(event.header().type(), violations);
            }
            handle(registration, body, event);
        } catch (BodyCodecException | EventValidationException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // A codec or a validator of the application that fails in its own way: as if the handler had.
            throw new HandlerFailure(registration, e);
        }
    }

    private <T> void handle(Registration<T> registration, T body, EventInFlight event) throws HandlerFailure {
        try (DeliveryContext.Scope scope = DeliveryContext.open(event.header())) {
            timeLimits.call(registration, event, () -> registration.handler().handle(body, event.header(), event));
        } catch (Throwable failure) {
            // Errors too: an assertion or a missing class in one handler must not end the worker.
            throw new HandlerFailure(registration, failure);
        }
    }

    private void failed(EventInFlight event, HandlerFailure failure, long startedAt) throws InterruptedException {
        Throwable cause = failure.cause();
        if (interrupting) {
            // Whatever it threw, our interrupt may be behind it: that is no attempt of the event.
            throw new InterruptedException("close");
        }
        if (log.isDebugEnabled()) {
            log.debug("handler failed for event {} ({})", event.header().id(), event.entryId(), cause);
        }
        event.home().settlement().failed(event, failure.handler(), cause);
        event.home().meters().failed(event.header(), ticker.getAsLong() - startedAt);
    }

    /** Tells what a handler threw apart from what we throw. */
    private static final class HandlerFailure extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Registration<?> thrower;
        private final Throwable thrown;

        HandlerFailure(Registration<?> thrower, Throwable thrown) {
            super(null, null, false, false);
            this.thrower = thrower;
            this.thrown = thrown;
        }

        HandlerOptions handler() {
            return thrower.options();
        }

        Throwable cause() {
            return thrown;
        }
    }
}
