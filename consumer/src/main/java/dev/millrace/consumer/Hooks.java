package dev.millrace.consumer;

import dev.millrace.event.DeliveryContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the application's hooks, one after the other; what they throw is said now and then, and goes no further. Thread-safe. */
final class Hooks {

    private static final Logger log = LoggerFactory.getLogger(ConsumerHooks.class);
    private static final long QUIET = TimeUnit.SECONDS.toNanos(10);

    private final List<ConsumerHooks> hooks;
    private final LongSupplier ticker;
    private final AtomicLong silentUntil;
    private final AtomicLong unsaid = new AtomicLong();

    private interface Call {
        void on(ConsumerHooks hook) throws Exception;
    }

    Hooks(List<ConsumerHooks> hooks, LongSupplier ticker) {
        this.hooks = hooks;
        this.ticker = ticker;
        this.silentUntil = new AtomicLong(ticker.getAsLong());
    }

    void before(EventInFlight event) {
        tell("before", event, hook -> hook.before(event));
    }

    void after(EventInFlight event) {
        tell("after", event, hook -> hook.after(event));
    }

    void retry(EventInFlight event, Throwable error, Duration delay) {
        int attempt = event.attempt();
        tell("onRetry", event, hook -> hook.onRetry(event, error, attempt, delay));
    }

    void failure(EventInFlight event, ConsumerHooks.Failure failure) {
        tell("onFailure", event, hook -> hook.onFailure(event, failure));
    }

    private void tell(String what, EventInFlight event, Call call) {
        if (hooks.isEmpty()) {
            return;
        }
        try (DeliveryContext.Scope scope = DeliveryContext.open(event.header())) {
            for (ConsumerHooks hook : hooks) {
                try {
                    call.on(hook);
                } catch (Throwable e) {
                    failed(what, hook, event, e);
                }
            }
        }
    }

    private void failed(String what, ConsumerHooks hook, EventInFlight event, Throwable failure) {
        if (failure instanceof InterruptedException) {
            // It was meant for the thread, not for the hook.
            Thread.currentThread().interrupt();
        }
        event.home().meters().count(Counted.HOOK_FAILURES);
        long now = ticker.getAsLong();
        long until = silentUntil.get();
        if (now - until < 0 || !silentUntil.compareAndSet(until, now + QUIET)) {
            unsaid.incrementAndGet();
            return;
        }
        log.warn(
                "hook {}.{} failed for event {} ({} more since it was last said); the event goes its way",
                hook.getClass().getName(),
                what,
                event.header().id(),
                unsaid.getAndSet(0),
                failure);
    }
}
