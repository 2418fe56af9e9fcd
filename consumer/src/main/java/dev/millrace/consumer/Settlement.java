package dev.millrace.consumer;

import dev.millrace.event.internal.RateLimit;
import dev.millrace.redis.internal.Buried;
import dev.millrace.redis.internal.DeadLetterMove;
import dev.millrace.redis.internal.Ownership;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Brings each event to its end: acknowledged, waiting for a retry, in the dead letters, or dropped because another has it. */
final class Settlement {

    private static final Logger log = LoggerFactory.getLogger(Settlement.class);
    private static final Duration REDIS_RETRY = Duration.ofSeconds(1);
    private static final int MAX_REDIS_RETRIES = 30;

    private static final int SAY_EVERY = 1_000;
    private static final int MAX_SAID = 200;

    private final Subscription home;
    private final StreamGroup group;
    private final WorkQueue work;
    private final Hooks hooks;
    private final RetryPolicy retry;
    private final String deadLetterStream;
    private final RateLimit deadLettered;
    private final RateLimit brokenDown;
    private final Set<String> saidReasons = ConcurrentHashMap.newKeySet();

    Settlement(Subscription home, ServerParts server, StreamGroup group, String deadLetterStream) {
        this.home = home;
        this.group = group;
        this.work = server.work();
        this.hooks = server.hooks();
        this.retry = server.settings().retry();
        this.deadLetterStream = deadLetterStream;
        this.deadLettered = new RateLimit(server.settings().ticker());
        this.brokenDown = new RateLimit(server.settings().ticker());
    }

    /** All its handlers succeeded. The ack asks for no owner: what is done is done, whoever holds the entry by now. */
    void handled(EventInFlight event) {
        work.leave(event);
        event.entry().spent(event.claim());
        eventEnded(event, Outcome.HANDLED);
    }

    void duplicate(EventInFlight event) {
        work.leave(event);
        home.meters().count(Counted.DUPLICATES);
        if (log.isDebugEnabled()) {
            LogPairs.about(log.atDebug(), event)
                    .log("event {} ({}) is a duplicate", event.header().id(), event.entryId());
        }
        eventEnded(event, Outcome.DUPLICATE);
    }

    /** Passed over by a rule of the application. */
    void skipped(EventInFlight event, String reason) {
        work.leave(event);
        event.entry().spent(event.claim());
        home.meters().count(Counted.SKIPPED);
        if (saidReasons.size() < MAX_SAID && saidReasons.add(reason)) {
            LogPairs.about(log.atInfo(), event)
                    .log(
                            "event {} is skipped: {} (each reason is said once)",
                            event.header().id(),
                            reason);
        }
        eventEnded(event, Outcome.SKIPPED);
    }

    private void eventEnded(EventInFlight event, Outcome outcome) {
        home.errands().told(event.entry(), event.index(), outcome);
        eventEnded(event.entry());
        event.ended();
    }

    /** Redriven or replayed for another group. */
    void notForUs(EntryInFlight entry) {
        home.meters().count(Counted.NOT_FOR_US);
        home.errands().told(entry, Outcome.SKIPPED);
        entry.settle();
        home.acks().add(entry);
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
        home.errands().told(event.entry(), Outcome.WAITING);
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
            LogPairs.about(log.atDebug(), event)
                    .log("event {} failed, again in {}", event.header().id(), delay.get());
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

    /** An error of our own came in between: tries again, as often as after a handler's; what is done waits for its end alone. */
    void brokeDown(EventInFlight event, Throwable error) {
        sayBrokenDown(event, error);
        if (event.hasEnded()) {
            return; // once more would end it a second time
        }
        List<Registration<?>> open = event.openHandlers();
        if (event.entry().lost()) {
            drop(event);
        } else if (open.isEmpty()) {
            home.retries().add(new Waiting.Retry(event, false), REDIS_RETRY);
        } else if (event.attempt() < open.get(0).options().retryOr(retry).maxAttempts()) {
            event.firstFailure(home.now());
            event.entry().attemptBegins(event.attempt());
            home.retries().add(new Waiting.Retry(event, true), REDIS_RETRY);
        } else {
            event.entry().attemptBegins(event.attempt());
            work.leave(event);
            // Not here: what broke down may do so again, and there it is tried until it is done.
            Burial burial = Burial.of(event, DeadLetterReason.RETRIES_EXHAUSTED, error, home.now());
            home.retries().add(new Waiting.Bury(burial), Duration.ZERO);
        }
    }

    private void sayBrokenDown(EventInFlight event, Throwable error) {
        long leftOut = brokenDown.ask();
        if (leftOut != RateLimit.SILENT) {
            LogPairs.about(log.atError(), event)
                    .setCause(error)
                    .log("event {} could not be settled{}", event.header().id(), RateLimit.others(leftOut));
        }
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
                about(log.atError(), burial)
                        .log(
                                "entry {} could not be moved to {} ({} tries) and stays pending: {}",
                                burial.entry().id(),
                                deadLetterStream,
                                tries + 1,
                                e.getMessage());
            }
            Duration delay = REDIS_RETRY.multipliedBy(Math.min(MAX_REDIS_RETRIES, tries + 1));
            home.retries().add(new Waiting.Bury(burial.failed(e.fault().outcomeUnknown())), delay);
        }
    }

    private Buried write(Burial burial) {
        EntryInFlight entry = burial.entry();
        boolean alone = !entry.shared();
        if (alone) {
            entry.bury();
        }
        return group.deadLetter(
                home.keeper().epoch(),
                new DeadLetterMove(
                        entry.id(),
                        deadLetterStream,
                        DeadLetterFields.of(home.name(), burial),
                        home.claims().releasedByMove(burial),
                        alone,
                        entry.trimmed()));
    }

    private void buried(Burial burial, Buried answer) {
        EntryInFlight entry = burial.entry();
        switch (answer.ownership()) {
            case OURS -> {
                dropped(answer.dropped());
                given(burial, answer.letter());
                if (entry.shared()) {
                    eventEnded(entry);
                } else {
                    home.inFlight().remove(entry);
                }
            }
            case LOST, SETTLED -> {
                notOurs(burial, answer);
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

    /** Another's, or settled: perhaps by our own earlier try, whose answer was lost. */
    private void notOurs(Burial burial, Buried answer) {
        if (burial.tries().maybeDone() && answer.ownership() == Ownership.SETTLED) {
            given(burial, null);
        } else {
            home.meters().count(Counted.OWNERSHIP_LOST);
            home.errands().told(burial.entry(), burial.index(), Outcome.WAITING);
        }
    }

    /** It is among the dead letters: said and counted once. */
    private void given(Burial burial, @Nullable StreamId deadLetter) {
        home.claims().releaseAfterMove(burial);
        home.meters().deadLettered(burial.reason());
        say(burial);
        home.errands().told(burial.entry(), burial.index(), Outcome.DEAD);
        EventInFlight event = burial.event();
        if (event != null) {
            String id = deadLetter == null ? null : deadLetter.toString();
            hooks.failure(event, new ConsumerHooks.Failure(burial.reason(), burial.cause(), burial.attempts(), id));
        }
    }

    private void say(Burial burial) {
        long leftOut = deadLettered.ask();
        if (leftOut != RateLimit.SILENT) {
            Throwable cause = burial.cause();
            about(log.atWarn(), burial)
                    .addKeyValue("reason", burial.reason())
                    .log(
                            "entry {} is in the dead letters {}: {}{}{}",
                            burial.entry().id(),
                            deadLetterStream,
                            burial.reason(),
                            cause == null ? "" : ", " + cause.getClass().getName(),
                            RateLimit.others(leftOut));
        }
    }

    private LoggingEventBuilder about(LoggingEventBuilder line, Burial burial) {
        EventInFlight event = burial.event();
        return event == null ? LogPairs.about(line, home.name(), burial.entry().id()) : LogPairs.about(line, event);
    }

    private void dropped(long letters) {
        if (letters == 0) {
            return;
        }
        long before = home.meters().total(Counted.DEAD_LETTERS_DROPPED);
        home.meters().count(Counted.DEAD_LETTERS_DROPPED, (int) letters);
        // Said at 1, 2, 4, 8 … thousand: they may go as fast as new ones come.
        if (Long.highestOneBit(before / SAY_EVERY + 1) != Long.highestOneBit((before + letters) / SAY_EVERY + 1)
                || before == 0) {
            log.error(
                    "{}: {} of the oldest dead letters are gone for newer ones; redrive or purge those in {}",
                    home.name(),
                    before + letters,
                    deadLetterStream);
        }
    }
}
