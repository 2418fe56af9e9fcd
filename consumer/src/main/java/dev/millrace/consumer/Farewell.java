package dev.millrace.consumer;

import dev.millrace.event.internal.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last phase of close, when no handler runs or its time is over: the last acks, what is held handed back, and the names
 * left. All subscriptions take each step together, and all steps have one deadline, whether Redis answers or not.
 */
final class Farewell {

    private static final Logger log = LoggerFactory.getLogger(Farewell.class);
    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(20);

    /** What is kept for the last commands, while others wait for an answer. */
    private static final long LAST_COMMANDS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ServerParts parts;
    private final String name;
    private final LongSupplier ticker;

    Farewell(ServerParts parts) {
        this.parts = parts;
        this.name = parts.settings().name();
        this.ticker = parts.settings().ticker();
    }

    /** Takes leave; what cannot be told to Redis by then becomes idle and is taken over. */
    void take(long deadline) throws InterruptedException {
        long last = deadline - LAST_COMMANDS;
        List<Subscription> all = parts.subscriptions();
        all.forEach(Subscription::stopRetrying);
        for (Subscription subscription : all) {
            subscription.awaitRetrying(left(last));
        }
        // Before the acks end: a word that is accepted now is still sent.
        all.forEach(subscription -> subscription.handBack().announce());
        for (Subscription subscription : all) {
            if (!acknowledged(subscription, last)) {
                log.warn("{}: the last acks failed, those events will be handled again", subscription.name());
            }
        }
        all.forEach(subscription -> subscription.handBack().abandon());
        all.forEach(Subscription::stopLoops);
        List<Subscription> quiet = new ArrayList<>();
        for (Subscription subscription : all) {
            // Keep-alive above all: it would take back what is handed back.
            if (subscription.awaitLoops(last)) {
                quiet.add(subscription);
            }
        }
        if (quiet.size() < all.size()) {
            log.warn("{}: {} subscriptions hear nothing from Redis", name, all.size() - quiet.size());
        }
        leave(quiet, deadline);
    }

    private boolean acknowledged(Subscription subscription, long deadline) throws InterruptedException {
        // In short steps: a word that is no ack ends without telling.
        boolean ended = subscription.awaitEnds(0);
        while (!ended && ticker.getAsLong() - deadline < 0) {
            ended = subscription.awaitEnds(STEP);
        }
        return ended;
    }

    /** On a thread of its own: it ends when the connections are closed, if Redis does not answer. */
    private void leave(List<Subscription> quiet, long deadline) throws InterruptedException {
        Thread leaving = Threads.daemon("millrace-" + name + "-leave-").newThread(() -> quiet.forEach(Farewell::leave));
        leaving.start();
        leaving.join(Math.max(1, left(deadline).toMillis()));
        if (leaving.isAlive()) {
            log.warn("{}: Redis does not answer; what was held here is taken over after claim-idle", name);
        }
    }

    private static void leave(Subscription subscription) {
        try {
            subscription.handBack().all();
            subscription.names().leave();
        } catch (RuntimeException | Error e) {
            log.warn("{}: could not hand back everything", subscription.name(), e);
        }
    }

    private Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - ticker.getAsLong()));
    }
}
