package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
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

    /** Tries each, and says afterwards what failed first: one stream that Redis refuses must not leave the others' names. */
    @Override
    public void runOnce() {
        RuntimeException failure = null;
        for (Subscription subscription : subscriptions) {
            try {
                subscription.names().removeIdle(idle);
            } catch (RuntimeException e) {
                if (e instanceof RedisFaultException fault && fault.fault().connectionLost()) {
                    throw e;
                }
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
