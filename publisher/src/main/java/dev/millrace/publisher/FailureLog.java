package dev.millrace.publisher;

import dev.millrace.event.internal.RateLimit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that events were given up: one line at most every ten seconds, with the number of those left out. Thread-safe. */
final class FailureLog implements Consumer<FailedEvent> {

    private final String origin;
    private final Logger log;
    private final RateLimit failures;

    FailureLog(String origin, LongSupplier ticker) {
        this(origin, ticker, LoggerFactory.getLogger(EventPublisher.class));
    }

    FailureLog(String origin, LongSupplier ticker, Logger log) {
        this.origin = origin;
        this.log = log;
        this.failures = new RateLimit(ticker);
    }

    @Override
    public void accept(FailedEvent event) {
        long leftOut = failures.ask();
        if (leftOut != RateLimit.SILENT) {
            log.atError()
                    .addKeyValue("eventId", event.eventId())
                    .addKeyValue("type", event.type())
                    .addKeyValue("stream", event.stream())
                    .log(
                            "Publisher '{}': {}; it is among failedEvents(){}",
                            origin,
                            event.failure().getMessage(),
                            RateLimit.others(leftOut));
        }
    }
}
