package dev.millrace.consumer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What all subscriptions of a server share. */
record ServerParts(
        ConsumerSettings settings,
        HandlerRegistry handlers,
        Hooks hooks,
        WorkQueue work,
        Held held,
        Standstill standstill,
        List<Subscription> subscriptions) {

    ServerParts(ConsumerSettings settings, HandlerRegistry handlers) {
        this(
                settings,
                handlers,
                new Hooks(settings.hooks(), settings.ticker()),
                new WorkQueue(handlers.all(), settings.ticker()),
                new Held(settings.maxPending()),
                new Standstill(),
                new CopyOnWriteArrayList<>());
    }

    /** Lets other consumers take these now. */
    void handBack(Collection<EventInFlight> events) {
        Map<Subscription, List<EventInFlight>> byHome = new HashMap<>();
        events.forEach(event ->
                byHome.computeIfAbsent(event.home(), home -> new ArrayList<>()).add(event));
        byHome.forEach((home, own) -> home.handBack().now(own));
    }
}
