package dev.millrace.consumer;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls handlers: while their circuit breaker lets them, and within their time limit. Thread-safe. */
final class Calls implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Calls.class);

    /** How long a breaker that refused is left in peace. */
    private static final Duration PEACE = Duration.ofMillis(100);

    private final WorkQueue work;
    private final LongSupplier ticker;
    private final TimeLimits timeLimits;
    private volatile boolean interrupting;

    Calls(ServerParts server) {
        this.work = server.work();
        this.ticker = server.settings().ticker();
        this.timeLimits = new TimeLimits(server.settings().name());
    }

    /** From now on a handler that fails may have been interrupted by us. */
    void beginInterrupting() {
        interrupting = true;
    }

    boolean interrupting() {
        return interrupting;
    }

    /** How many handlers of this subscription go on although their time limit is over. */
    int overdue(Subscription home) {
        return timeLimits.overdue(home);
    }

    /**
     * Asks for permission to call a handler once, with these events. Then it is either called, or {@link #unused} gives the
     * permission back.
     *
     * @return false if its circuit breaker refuses: the events wait for it, and are no longer the caller's
     */
    boolean admits(Registration<?> handler, List<EventInFlight> events) {
        BreakerGate gate = handler.breaker();
        if (gate == null) {
            return true;
        }
        if (gate.breaker().permits()) {
            if (gate.permitted()) {
                work.reopen(gate, Integer.MAX_VALUE);
            }
            return true;
        }
        if (gate.refused()) {
            log.warn(
                    "circuit breaker {} refuses: events for '{}' wait",
                    gate.breaker().name(),
                    handler.name());
        }
        if (!work.park(events, gate)) {
            events.forEach(event -> event.home().handBack().now(List.of(event)));
        } else if (gate.beginWait()) {
            timeLimits.later(PEACE, () -> {
                gate.endWait();
                work.reopen(gate, 1);
            });
        }
        return false;
    }

    /** There was nothing to call the handler with. */
    void unused(Registration<?> handler) {
        BreakerGate gate = handler.breaker();
        if (gate != null) {
            gate.breaker().unused();
        }
    }

    /**
     * Calls the handler, which was admitted.
     *
     * @param returned asked after it returned: what failed nevertheless, or null
     * @throws Exception what it threw
     */
    void call(
            Registration<?> handler,
            EventInFlight event,
            TimeLimits.Call call,
            Supplier<? extends @Nullable Throwable> returned)
            throws Exception {
        try {
            guarded(handler, event, call, returned);
        } finally {
            forgetInterrupt();
        }
    }

    /** An interrupt that code of the application left behind is not for what is called next; that of close is. */
    void forgetInterrupt() {
        if (!interrupting && Thread.interrupted() && interrupting) {
            // Close came between the two questions: it may have been its own.
            Thread.currentThread().interrupt();
        }
    }

    private void guarded(
            Registration<?> handler,
            EventInFlight event,
            TimeLimits.Call call,
            Supplier<? extends @Nullable Throwable> returned)
            throws Exception {
        BreakerGate gate = handler.breaker();
        if (gate == null) {
            timeLimits.call(handler, event, call);
            return;
        }
        long startedAt = ticker.getAsLong();
        try {
            timeLimits.call(handler, event, call);
        } catch (Throwable thrown) {
            report(gate.breaker(), thrown, startedAt);
            throw thrown;
        }
        report(gate.breaker(), returned.get(), startedAt);
    }

    private void report(Breaker breaker, @Nullable Throwable failure, long startedAt) {
        long nanos = ticker.getAsLong() - startedAt;
        if (failure == null) {
            breaker.succeeded(nanos);
        } else if (interrupting) {
            breaker.unused();
        } else {
            breaker.failed(nanos, failure);
        }
    }

    @Override
    public void close() {
        timeLimits.close();
    }
}
