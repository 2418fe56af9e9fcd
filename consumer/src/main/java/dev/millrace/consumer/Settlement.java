package dev.millrace.consumer;

import dev.millrace.redis.internal.DeadLetter;
import dev.millrace.redis.internal.Ownership;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamGroup;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings each event to its end: acknowledged, waiting for a retry, in the dead letters, or dropped because another has it. */
final class Settlement {

    private static final Logger log = LoggerFactory.getLogger(Settlement.class);
    private static final Duration REDIS_RETRY = Duration.ofSeconds(1);
    private static final int MAX_REDIS_RETRIES = 30;

    private final Subscription home;
    private final StreamGroup group;
    private final WorkQueue work;
    private final Hooks hooks;
    private final RetryPolicy retry;
    private final String deadLetterStream;

    Settlement(Subscription home, ServerParts server, StreamGroup group, String deadLetterStream) {
        this.home = home;
        this.group = group;
        this.work = server.work();
        this.hooks = server.hooks();
        this.retry = server.settings().retry();
        this.deadLetterStream = deadLetterStream;
    }

    /** All its handlers succeeded. The ack asks for no owner: what is done is done, whoever holds the entry by now. */
    void handled(EventInFlight event) {
        work.leave(event);
        eventEnded(event.entry());
    }

    void duplicate(EventInFlight event) {
        home.meters().count(Counted.DUPLICATES);
        log.debug("event {} ({}) is a duplicate", event.header().id(), event.entryId());
        eventEnded(event.entry());
    }

    void skipped(EventInFlight event) {
        work.leave(event);
        home.meters().count(Counted.SKIPPED);
        eventEnded(event.entry());
    }

    private void eventEnded(EntryInFlight entry) {
        if (entry.eventEnded()) {
            entry.settle();
            home.acks().add(entry);
        }
    }

    /** Another consumer has the entry: we forget it, and touch nothing of it. */
    void drop(EventInFlight event) {
        work.leave(event);
        home.inFlight().remove(event.entry());
    }

    /** A handler failed: tries again later, or gives up. */
    void failed(EventInFlight event, HandlerOptions handler, Throwable failure) {
        if (event.entry().lost()) {
            drop(event);
            return;
        }
        event.firstFailure(home.now());
        RetryPolicy policy = handler.retryOr(retry);
        Optional<Duration> delay = policy.delayAfter(
                event.attempt(), failure, ThreadLocalRandom.current().nextDouble());
        if (delay.isPresent()) {
            log.debug(
                    "event {} failed in attempt {}, again in {}", event.header().id(), event.attempt(), delay.get());
            hooks.retry(event, failure, delay.get());
            home.retries().add(new Waiting.Retry(event, true), delay.get());
            return;
        }
        DeadLetterReason reason = event.attempt() < policy.maxAttempts() || policy.isFatal(failure)
                ? DeadLetterReason.NOT_RETRYABLE
                : DeadLetterReason.RETRIES_EXHAUSTED;
        work.leave(event);
        bury(Burial.of(event, reason, failure, home.now()));
    }

    /** The body cannot be what the handler expects: trying again cannot help. */
    void invalid(EventInFlight event, Throwable cause) {
        work.leave(event);
        bury(Burial.of(event, DeadLetterReason.INVALID, cause, home.now()));
    }

    /** Moves an event to the dead letters; while Redis refuses, it stays pending and is tried again. */
    void bury(Burial burial) {
        try {
            buried(burial, write(burial));
        } catch (RedisFaultException e) {
            int tries = burial.tries().count();
            // Said at 1, 2, 4, 8 … tries: many may be waiting.
            if (Integer.bitCount(tries + 1) == 1) {
                log.error(
                        "entry {} of {} could not be moved to {} ({} tries) and stays pending: {}",
                        burial.entry().id(),
                        home.name(),
                        deadLetterStream,
                        tries + 1,
                        e.getMessage());
            }
            Duration delay = REDIS_RETRY.multipliedBy(Math.min(MAX_REDIS_RETRIES, tries + 1));
            home.retries().add(new Waiting.Bury(burial.failed(e.fault().outcomeUnknown())), delay);
        }
    }

    private Ownership write(Burial burial) {
        EntryInFlight entry = burial.entry();
        boolean alone = !entry.shared();
        return group.deadLetter(
                home.keeper().epoch(),
                new DeadLetter(
                        entry.id(),
                        deadLetterStream,
                        DeadLetterFields.of(home.name(), burial),
                        burial.claim(),
                        alone,
                        entry.trimmed()));
    }

    private void buried(Burial burial, Ownership answer) {
        EntryInFlight entry = burial.entry();
        switch (answer) {
            case OURS -> {
                given(burial, null);
                if (entry.shared()) {
                    eventEnded(entry);
                } else {
                    home.inFlight().remove(entry);
                }
            }
            case LOST, SETTLED -> {
                if (burial.tries().maybeDone() && answer == Ownership.SETTLED) {
                    given(burial, null);
                } else {
                    home.meters().count(Counted.OWNERSHIP_LOST);
                }
                entry.lose();
                home.inFlight().remove(entry);
            }
            case TRIMMED -> {
                entry.trim();
                home.meters().count(Counted.TRIMMED_IN_FLIGHT);
                bury(burial);
            }
        }
    }

    /** It is among the dead letters: said and counted once. */
    private void given(Burial burial, @Nullable String deadLetterId) {
        home.meters().deadLettered(burial.reason());
        EventInFlight event = burial.event();
        if (event != null) {
            hooks.failure(
                    event, new ConsumerHooks.Failure(burial.reason(), burial.cause(), burial.attempts(), deadLetterId));
        }
    }
}
