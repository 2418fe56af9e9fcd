package dev.millrace.consumer;

import dev.millrace.event.BodyCodecException;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.EventValidator;
import dev.millrace.validation.Violation;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt: the body into the handler's type, validation, the handlers, and what their outcome means. Thread-safe. */
final class Handling {

    private static final Logger log = LoggerFactory.getLogger(Handling.class);

    private final BodyCodecs codecs;
    private final Transformation transformation;
    private final EventValidator validator;
    private final Hooks hooks;
    private final LongSupplier ticker;
    private final Surroundings surroundings;
    private final WorkQueue work;
    private final Calls calls;

    Handling(ServerParts server, Calls calls) {
        this.codecs = server.settings().codecs();
        this.transformation = new Transformation(server.settings().transformers(), codecs.usual());
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

    /** Whether an event about which a filter has yet to decide is to be handled now. */
    boolean admit(EventInFlight event) throws InterruptedException {
        if (!event.undecided()) {
            return true;
        }
        Admission admission = event.home().admission();
        try {
            if (!admission.admit(event)) {
                return false;
            }
        } catch (Throwable e) {
            event.entry().attemptBegins(event.attempt());
            failed(event, HandlerOptions.defaults(), e, now());
            return false;
        }
        return admission.claim(event);
    }

    /**
     * Settles the event, or passes it on, unless its handler will say later what became of it.
     *
     * @param pool the worker's, whose handlers it calls
     * @throws InterruptedException if the server's close interrupted the handler: the event stays pending, to be handed back
     */
    void handle(EventInFlight event, Pool pool) throws InterruptedException {
        goOn(event, now(), pool);
    }

    /** Whether its handlers are to be called; if not, it is settled. */
    private boolean begins(EventInFlight event, long startedAt) throws InterruptedException {
        if (event.beginsAttempt()) {
            if (event.entry().attemptBegins(event.attempt()) && event.attempt() > 1) {
                event.home().meters().count(Counted.RETRIED);
            }
            hooks.before(event);
            calls.forgetInterrupt();
        }
        try {
            if (transformation.apply(event)) {
                return true;
            }
        } catch (Throwable e) {
            failed(event, HandlerOptions.defaults(), e, startedAt);
            return false;
        }
        event.home().settlement().skipped(event, "by a transformer");
        return false;
    }

    /** Calls the handlers that are left; without any, the event is handled. */
    void goOn(EventInFlight event, long startedAt, Pool pool) throws InterruptedException {
        // As they stand now: each that succeeds leaves the open ones.
        List<Registration<?>> handlers = event.openHandlers();
        for (int i = 0; i < handlers.size(); i++) {
            Registration<?> registration = handlers.get(i);
            if (work.passOn(event, pool) || !succeeds(registration, event, startedAt)) {
                return;
            }
        }
        succeeded(event, startedAt);
    }

    private void succeeded(EventInFlight event, long startedAt) {
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
        if (body == null) {
            return false;
        }
        Turn turn = turn(registration, event, startedAt);
        return goesOn(turn, call(registration, body, turn));
    }

    Turn turn(Registration<?> registration, EventInFlight event, long startedAt) {
        return new Turn(event, registration, startedAt, this::lateWord);
    }

    /** The body, for a batch; null if that settled the event. */
    <T> @Nullable T begin(Registration<T> registration, EventInFlight event, long startedAt)
            throws InterruptedException {
        return begins(event, startedAt) ? read(registration, event, startedAt) : null;
    }

    private <T> @Nullable T read(Registration<T> registration, EventInFlight event, long startedAt)
            throws InterruptedException {
        try {
            T body = codecs.decode(event.contentType(), event.body(), registration.bodyClass());
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

    private <T> Turn.@Nullable Word call(Registration<T> registration, T body, Turn turn) {
        EventInFlight event = turn.event();
        try {
            // The store within the breaker: a store that does not run the handler must not keep its permission.
            surroundings.call(
                    event,
                    () -> calls.call(
                            registration,
                            event,
                            () -> event.home()
                                    .claims()
                                    .call(
                                            event,
                                            registration,
                                            () -> registration.handler().handle(body, event.header(), turn)),
                            () -> null));
        } catch (Throwable failure) {
            // Errors too: an assertion or a missing class in one handler must not end the worker.
            return turn.threw(failure);
        }
        Turn.Word word = turn.returned();
        return word instanceof Turn.Done && registration.options().isManualAck() ? confirmed(turn) : word;
    }

    /** Tells the store, where the handler's call alone did not say that all is well. */
    static Turn.Word confirmed(Turn turn) {
        try {
            turn.event().home().claims().complete(turn.event(), turn.registration());
            return turn.word();
        } catch (Exception | Error e) {
            return new Turn.Failed(e);
        }
    }

    /**
     * Whether the next handler's turn has come; if not, the event is settled, or its handler has not said yet what became of it.
     *
     * @param word null for that
     */
    boolean goesOn(Turn turn, Turn.@Nullable Word word) throws InterruptedException {
        if (word instanceof Turn.Failed failed) {
            failed(turn.event(), turn.registration().options(), failed.cause(), turn.startedAt());
            return false;
        }
        return goesOn(turn.event(), word);
    }

    private static boolean goesOn(EventInFlight event, Turn.@Nullable Word word) {
        if (word instanceof Turn.Skipped skipped) {
            // A handler has run: whoever owns the entry by now, it is not to be handled again.
            event.entry().effective();
            event.home().settlement().skipped(event, skipped.reason());
        } else if (word instanceof Turn.Done) {
            event.handlerSucceeded();
            return true;
        } else {
            event.waiting(true);
            event.home().errands().told(event.entry(), event.index(), Outcome.WAITING);
        }
        return false;
    }

    /** On a thread of the application: it must not wait for Redis, but it may for a store of the application's own. */
    private void lateWord(Turn turn) {
        EventInFlight event = turn.event();
        Turn.Word word = turn.word() instanceof Turn.Done ? confirmed(turn) : turn.word();
        if (word instanceof Turn.Failed failed) {
            long nanos = now() - turn.startedAt();
            event.home()
                    .retries()
                    .add(new Waiting.Failure(event, turn.registration().options(), failed.cause()), Duration.ZERO);
            event.home().meters().failed(event.header(), nanos); // last: what it threw would be the application's
        } else if (goesOn(event, word)) {
            if (event.openHandlers().isEmpty()) {
                succeeded(event, turn.startedAt());
            } else {
                event.home().retries().add(new Waiting.Retry(event, false), Duration.ZERO);
            }
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
            LogPairs.about(log.atDebug(), event)
                    .setCause(cause)
                    .log("handler failed for event {} ({})", event.header().id(), event.entryId());
        }
        event.home()
                .meters()
                .failed(event.header(), now() - startedAt); // first: nothing may follow an event's settlement
        event.home().settlement().failed(event, handler, cause);
    }
}
