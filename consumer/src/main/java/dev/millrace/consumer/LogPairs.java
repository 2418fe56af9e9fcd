package dev.millrace.consumer;

import dev.millrace.event.Delivery;
import dev.millrace.redis.internal.StreamId;
import org.slf4j.spi.LoggingEventBuilder;

/** The key-value pairs of log lines about events: what a log can be searched by, and nothing of what the events say. */
final class LogPairs {

    private LogPairs() {}

    /** Adds which event this is, where it comes from, and in which attempt it is. */
    static LoggingEventBuilder about(LoggingEventBuilder line, Delivery event) {
        return line.addKeyValue("eventId", event.header().id())
                .addKeyValue("type", event.header().type())
                .addKeyValue("stream", event.stream())
                .addKeyValue("group", event.group())
                .addKeyValue("attempt", event.attempt());
    }

    /** Adds where an entry is that shows no event, or several. */
    static LoggingEventBuilder about(LoggingEventBuilder line, SubscriptionName home, StreamId entry) {
        return line.addKeyValue("entryId", entry)
                .addKeyValue("stream", home.stream())
                .addKeyValue("group", home.group());
    }
}
