package dev.millrace.consumer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Lets through to the handlers what the application's filters let through and no other entry has claimed. What a filter puts
 * off stays undecided, and a worker asks about it again. Thread-safe.
 */
final class Admission {

    private final Subscription home;
    private final List<EventFilter> filters;
    private final Claims claims;

    Admission(Subscription home, List<EventFilter> filters, Claims claims) {
        this.home = home;
        this.filters = filters;
        this.claims = claims;
    }

    /** Asks the filters: what is passed over ends here, the rest is returned, some of it undecided. */
    List<EventInFlight> filtered(List<EventInFlight> events) {
        if (filters.isEmpty()) {
            return events;
        }
        List<EventInFlight> left = new ArrayList<>(events.size());
        for (EventInFlight event : events) {
            if (filtered(event)) {
                left.add(event);
            }
        }
        return left;
    }

    private boolean filtered(EventInFlight event) {
        EventFilter.Decision decision;
        try {
            decision = ask(event);
        } catch (Throwable e) {
            // The worker's turn: there it is an attempt, in the order of its key.
            event.undecided(true);
            return true;
        }
        if (decision instanceof EventFilter.Skip skip) {
            home.settlement().skipped(event, skip.reason());
            return false;
        }
        if (decision instanceof EventFilter.Defer defer) {
            home.meters().count(Counted.DEFERRED);
            event.undecided(true);
            event.putOff(defer.delay());
        }
        return true;
    }

    /** Claims the keys of what is decided; the duplicates among them end here, the rest is returned in its order. */
    List<EventInFlight> claimed(List<EventInFlight> events) throws InterruptedException {
        List<EventInFlight> decided = new ArrayList<>(events.size());
        for (EventInFlight event : events) {
            if (!event.undecided()) {
                decided.add(event);
            }
        }
        List<EventInFlight> unique = claims.settleDuplicates(decided);
        if (decided.size() == events.size()) {
            return unique;
        }
        Set<EventInFlight> admitted = Collections.newSetFromMap(new IdentityHashMap<>());
        admitted.addAll(unique);
        return events.stream()
                .filter(event -> event.undecided() || admitted.contains(event))
                .toList();
    }

    /**
     * Decides about what is still undecided.
     *
     * @return whether it is to be handled now; if not, it has come to its end or waits
     * @throws Exception what a filter threw
     */
    boolean admit(EventInFlight event) throws Exception {
        EventFilter.Decision decision = ask(event);
        if (decision instanceof EventFilter.Skip skip) {
            home.settlement().skipped(event, skip.reason());
            return false;
        }
        if (decision instanceof EventFilter.Defer defer) {
            home.meters().count(Counted.DEFERRED);
            home.retries().add(new Waiting.Retry(event, false), defer.delay());
            return false;
        }
        return true;
    }

    /** Claims the key of an event that was decided late; false if it is a duplicate. */
    boolean claim(EventInFlight event) throws InterruptedException {
        boolean unique = !claims.settleDuplicates(List.of(event)).isEmpty();
        event.undecided(false);
        return unique;
    }

    private EventFilter.Decision ask(EventInFlight event) throws Exception {
        for (EventFilter filter : filters) {
            EventFilter.Decision decision = filter.decide(event);
            if (decision == null) {
                throw new IllegalStateException("filter " + filter.getClass().getName()
                        + " returned null; return EventFilter.process(), skip(reason) or defer(delay)");
            }
            if (decision != EventFilter.process()) {
                return decision;
            }
        }
        return EventFilter.process();
    }
}
