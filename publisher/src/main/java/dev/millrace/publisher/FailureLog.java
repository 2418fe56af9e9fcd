package dev.millrace.publisher;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that events were given up: one line at most every ten seconds, with the number of those left out. Thread-safe. */
final class FailureLog implements Consumer<FailedEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final long QUIET = Duration.ofSeconds(10).toNanos();

    private final String origin;
    private final LongSupplier ticker;
    private final Consumer<String> error;
    private boolean spoken;
    private long lastAt;
    private long leftOut;

    FailureLog(String origin, LongSupplier ticker) {
        this(origin, ticker, LOG::error);
    }

    FailureLog(String origin, LongSupplier ticker, Consumer<String> error) {
        this.origin = origin;
        this.ticker = ticker;
        this.error = error;
    }

    @Override
    public void accept(FailedEvent event) {
        String line;
        synchronized (this) {
            long now = ticker.getAsLong();
            if (spoken && now - lastAt < QUIET) {
                leftOut++;
                return;
            }
            String others = leftOut == 0 ? "" : " (" + leftOut + " more failed since the last such line)";
            line = "Publisher '" + origin + "': " + event.failure().getMessage() + others
                    + "; it is among failedEvents()";
            spoken = true;
            lastAt = now;
            leftOut = 0;
        }
        error.accept(line);
    }
}
