package dev.millrace.consumer;

import dev.millrace.event.DeliveryContext;
import dev.millrace.event.internal.RateLimit;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the application's hooks, one after the other; what they throw is said now and then, and goes no further. Thread-safe. */
final class Hooks {

    private static final Logger log = LoggerFactory.getLogger(ConsumerHooks.class);

    private final List<ConsumerHooks> hooks;
    private final RateLimit failures;

    private interface Call {
        void on(ConsumerHooks hook) throws Exception;
    }

    Hooks(List<ConsumerHooks> hooks, LongSupplier ticker) {
        this.hooks = hooks;
        this.failures = new RateLimit(ticker);
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
        long leftOut = failures.ask();
        if (leftOut != RateLimit.SILENT) {
            LogPairs.about(log.atWarn(), event)
                    .setCause(failure)
                    .log(
                            "hook {}.{} failed for event {}, which goes its way{}",
                            hook.getClass().getName(),
                            what,
                            event.header().id(),
                            RateLimit.others(leftOut));
        }
    }
}
