package dev.millrace.event.internal;

import java.util.function.BiConsumer;

/** Runs what must not fail the event that it is about: what it throws is said, at most every ten seconds. Thread-safe. */
public final class Quietly {

    private final BiConsumer<String, RuntimeException> teller;
    private final RateLimit failures = new RateLimit(System::nanoTime);

    /** @param teller logs a failure; is given the end of its line, about those that were left out */
    public Quietly(BiConsumer<String, RuntimeException> teller) {
        this.teller = teller;
    }

    /** Runs it. */
    public void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            say(e);
        }
    }

    /** For what has a result, and something to go on with instead. */
    public void say(RuntimeException failure) {
        long leftOut = failures.ask();
        if (leftOut != RateLimit.SILENT) {
            teller.accept(RateLimit.others(leftOut), failure);
        }
    }
}
