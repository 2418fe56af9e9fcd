package dev.millrace.consumer;

import java.time.Duration;
import java.util.List;

/** Removes consumer names that crashed processes left behind, once nothing is pending under them and they were long silent. */
final class JanitorLoop implements Loop {

    private final List<Subscription> subscriptions;
    private final Duration idle;

    JanitorLoop(List<Subscription> subscriptions, Duration idle) {
        this.subscriptions = subscriptions;
        this.idle = idle;
    }

    /** How long to rest between two rounds: the limit need not be kept exactly. */
    static Duration rest(Duration idle) {
        return Custody.shorter(idle, Duration.ofMinutes(1));
    }

    @Override
    public void runOnce() {
        for (Subscription subscription : subscriptions) {
            subscription.names().removeIdle(idle);
        }
    }
}
