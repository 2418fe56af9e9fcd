package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One permit of a pool: takes an event or a batch, handles it, settles it, and comes back for more. Its own thread. */
final class WorkerLoop implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(WorkerLoop.class);
    private static final Duration REDIS_RETRY = Duration.ofSeconds(1);

    private final WorkQueue work;
    private final Pool pool;
    private final Handling handling;
    private final BatchHandling batches;
    private volatile Begun current = Begun.NOTHING;
    private volatile boolean ended;

    WorkerLoop(WorkQueue work, Pool pool, Handling handling, BatchHandling batches) {
        this.work = work;
        this.pool = pool;
        this.handling = handling;
        this.batches = batches;
    }

    @Override
    public void run() {
        while (true) {
            Begun last = current;
            try {
                current = Begun.NOTHING;
                current = work.next(pool, last);
                if (current.events().isEmpty()) {
                    ended = true;
                    return;
                }
                survive(current.events());
            } catch (InterruptedException e) {
                // close() interrupts; so may a handler that interrupts its own thread, and that must not cost a permit.
                log.trace("interrupted", e);
            } catch (Throwable e) {
                // Nobody works on it any more, and keep-alive would hold it for ever.
                forget();
                log.error("worker failed, goes on", e);
            }
        }
    }

    /** Whether it came to its end because the queue was closed. */
    boolean ended() {
        return ended;
    }

    /** It does not get on with what it works on: that becomes idle and is taken over, by whomever. */
    void forget() {
        current.events().forEach(event -> event.home().settlement().drop(event));
    }

    /** What it works on at this moment. */
    List<EventInFlight> current() {
        return current.events();
    }

    private void survive(List<EventInFlight> events) {
        try {
            runOnce(events);
        } catch (InterruptedException e) {
            LogPairs.about(log.atInfo(), events.get(0))
                    .log(
                            "handling of event {} and {} others was interrupted by close: handed back",
                            events.get(0).header().id(),
                            events.size() - 1);
        } catch (Throwable e) {
            events.forEach(event -> tryAgain(event, e));
        } finally {
            // An interrupt that a handler left behind is not for the next event.
            Thread.interrupted();
        }
    }

    /** After an error of our own. */
    static void tryAgain(EventInFlight event, Throwable error) {
        event.home().meters().count(Counted.LOOP_FAILURES);
        event.home().settlement().brokeDown(event, error);
    }

    /** One event or batch, from here to its end or to its wait. */
    void runOnce(List<EventInFlight> events) throws InterruptedException {
        Registration<?> batching = pool.batching();
        if (batching != null) {
            runBatch(batching, events);
        } else if (mayBegin(events.get(0))) {
            run(events.get(0));
        }
    }

    private void run(EventInFlight event) throws InterruptedException {
        event.entry().running(1);
        try {
            handling.handle(event, pool);
        } finally {
            event.entry().running(-1);
        }
    }

    private void runBatch(Registration<?> handler, List<EventInFlight> events) throws InterruptedException {
        List<EventInFlight> ours = new ArrayList<>(events.size());
        for (EventInFlight event : events) {
            if (mayBegin(event)) {
                ours.add(event);
            }
        }
        ours.forEach(event -> event.entry().running(1));
        try {
            batches.handle(handler, ours, pool);
        } finally {
            ours.forEach(event -> event.entry().running(-1));
        }
    }

    private boolean mayBegin(EventInFlight event) throws InterruptedException {
        Subscription home = event.home();
        EntryInFlight entry = event.entry();
        try {
            if (!home.custody().holds(entry)) {
                home.settlement().drop(event);
                return false;
            }
        } catch (RedisFaultException e) {
            home.quietTime().beginWhenHeard();
            home.retries().add(new Waiting.Retry(event, false), REDIS_RETRY);
            return false;
        }
        return handling.admit(event);
    }
}
