package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.redis.internal.StreamAppend;
import dev.millrace.routing.Route;
import dev.millrace.routing.Routing;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.EventValidator;
import dev.millrace.validation.Violation;
import java.util.List;

/**
 * Turns an event with a complete header into what is sent: validates, routes, and encodes it, on the caller's thread and
 * with its errors in the caller's stack. Thread-safe.
 */
final class EventSealer {

    private final EventValidator validator;
    private final Routing routing;
    private final EntryWriter writer;
    private final Targets targets;
    private final int maxBytes;

    EventSealer(EventValidator validator, Routing routing, EntryWriter writer, Targets targets, int maxBytes) {
        this.validator = validator;
        this.routing = routing;
        this.writer = writer;
        this.targets = targets;
        this.maxBytes = maxBytes;
    }

    /** The publisher's own. */
    EventValidator rules() {
        return validator;
    }

    PendingEvent seal(Event event, EventValidator rules) {
        EventHeader header = event.header();
        List<Violation> violations = rules.validate(header.type(), event.body());
        if (!violations.isEmpty()) {
            throw new EventValidationException(header.type(), violations);
        }
        Route route = routing.resolve(header);
        StreamAppend append = writer.write(event, route);
        if (append.bytes() > maxBytes) {
            throw new PublishException(header.id(), header.type(), Outcome.NOT_STORED, tooLarge(append.bytes()));
        }
        return new PendingEvent(header.id(), header.type(), append, targets.of(route, header.type()));
    }

    /** How many streams (or other groups) are remembered. */
    int streams() {
        return targets.streams();
    }

    List<Violation> validate(Event event) {
        return validator.validate(event.header().type(), event.body());
    }

    private String tooLarge(int bytes) {
        return "it has " + bytes + " bytes with its header, and at most " + maxBytes
                + " are allowed; make it smaller, or allow more with maxEventBytes";
    }
}
