package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.event.internal.Checks;
import java.time.Duration;

/**
 * Decides by its header whether an event is handled, passed over, or put off. It is asked before the event's idempotency key is
 * claimed, so that what it passes over or puts off makes no duplicate of a later copy.
 *
 * <p>Called by several threads at once, for every event: implementations are thread-safe and quick. A filter that throws is
 * asked again at once by a worker; if it throws there, too, the attempt has failed, and the server's retry policy decides.
 */
@FunctionalInterface
public interface EventFilter {

    /** What becomes of the event. */
    Decision decide(Delivery delivery) throws Exception;

    /** It goes on: to the next filter, then to its handlers. */
    static Decision process() {
        return Proceed.INSTANCE;
    }

    /**
     * It is acknowledged without having been handled, and counted.
     *
     * @param reason for the log, where each is said once; without content of the event
     */
    static Decision skip(String reason) {
        return new Skip(reason);
    }

    /**
     * It is asked about again after this time, as often as it takes: that is no attempt. Meanwhile it is held here and counts
     * towards {@code maxPending}; at close others get it after what is left of the time, or after claim-idle where that is
     * shorter. With {@link OrderPolicy} the later events of its key wait for it.
     *
     * @param delay 1 ms to 7 days
     * @throws IllegalArgumentException if it is shorter or longer
     */
    static Decision defer(Duration delay) {
        return new Defer(delay);
    }

    /** One of {@link #process()}, {@link #skip} and {@link #defer}. */
    sealed interface Decision {}

    /** See {@link #process()}. */
    enum Proceed implements Decision {
        INSTANCE
    }

    /** See {@link #skip}. */
    record Skip(String reason) implements Decision {}

    /** See {@link #defer}. */
    record Defer(Duration delay) implements Decision {
        public Defer {
            Checks.between("defer", delay, Duration.ofMillis(1), Duration.ofDays(7));
        }
    }
}
