package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One permit to handle: takes an event, handles it, settles it, and comes back for more. Its own thread. */
final class WorkerLoop implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(WorkerLoop.class);
    private static final Duration REDIS_RETRY = Duration.ofSeconds(1);

    private final WorkQueue work;
    private final Handling handling;
    private volatile @Nullable EventInFlight current;

    WorkerLoop(WorkQueue work, Handling handling) {
        this.work = work;
        this.handling = handling;
    }

    @Override
    public void run() {
        while (true) {
            EventInFlight ended = current;
            try {
                current = null;
                current = work.next(ended);
                if (current == null) {
                    return;
                }
                survive(current);
            } catch (InterruptedException e) {
                // close() interrupts; so may a handler that interrupts its own thread, and that must not cost a permit.
                log.trace("interrupted", e);
            } catch (Throwable e) {
                log.error("worker failed, goes on", e);
            }
        }
    }

    /** What it works on at this moment. */
    @Nullable
    EventInFlight current() {
        return current;
    }

    private void survive(EventInFlight event) {
        try {
            runOnce(event);
        } catch (InterruptedException e) {
            log.info(
                    "handling of event {} was interrupted by close: it is handed back",
                    event.header().id());
        } catch (Throwable e) {
            // Counted as an attempt, or it would come back for ever.
            event.home().retries().add(new Waiting.Retry(event, true), REDIS_RETRY);
            event.home().meters().count(Counted.LOOP_FAILURES);
            log.error(
                    "event {} could not be settled, tries again", event.header().id(), e);
        } finally {
            // An interrupt that a handler left behind is not for the next event.
            Thread.interrupted();
        }
    }

    /** One event, from here to its end or to its wait. */
    void runOnce(EventInFlight event) throws InterruptedException {
        Subscription home = event.home();
        EntryInFlight entry = event.entry();
        try {
            if (!home.custody().holds(entry)) {
                home.settlement().drop(event);
                return;
            }
        } catch (RedisFaultException e) {
            home.quietTime().begin();
            home.retries().add(new Waiting.Retry(event, false), REDIS_RETRY);
            return;
        }
        if (entry.attemptBegins(event.attempt()) && event.attempt() > 1) {
            home.meters().count(Counted.RETRIED);
        }
        entry.running(1);
        try {
            handling.handle(event);
        } finally {
            entry.running(-1);
        }
    }
}
