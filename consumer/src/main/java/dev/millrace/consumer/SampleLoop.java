package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import java.util.List;

/** Asks Redis now and then how far each group is behind, so that nobody who looks at the meters has to. */
final class SampleLoop implements Loop {

    private final List<Subscription> subscriptions;

    SampleLoop(List<Subscription> subscriptions) {
        this.subscriptions = subscriptions;
    }

    @Override
    public void runOnce() {
        RedisFaultException failure = null;
        for (Subscription subscription : subscriptions) {
            try {
                subscription.backlog().sample();
            } catch (RedisFaultException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
