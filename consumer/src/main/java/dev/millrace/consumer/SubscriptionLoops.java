package dev.millrace.consumer;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The threads of one subscription: all but the reading one, which it shares with others of its group. */
final class SubscriptionLoops {

    private final String prefix;
    private final ConsumerSettings settings;
    private final Consumer<Throwable> onFailure;
    private final LoopThread reclaiming;
    private final LoopThread retrying;
    private final List<LoopThread> all;

    /** @param onFailure told of each round that threw */
    SubscriptionLoops(Subscription home, ServerParts server, ReclaimLoop reclaim, Consumer<Throwable> onFailure) {
        this.prefix = "millrace-" + home.name() + "-";
        this.settings = server.settings();
        this.onFailure = onFailure;
        KeepAliveLoop keepAlive = new KeepAliveLoop(home, server.work(), settings);
        reclaiming = thread("reclaim", reclaim, settings.sweep());
        retrying = thread("retry", home.retries(), Duration.ZERO);
        all = List.of(
                thread("keep-alive", keepAlive, settings.keepAlive()),
                thread("ack", home.acks(), Duration.ZERO),
                retrying,
                reclaiming,
                thread("idempotency", home.idempotency(), IdempotencyLoop.REST));
    }

    private LoopThread thread(String what, Loop loop, Duration rest) {
        return new LoopThread(prefix + what, loop, rest, settings.ticker(), onFailure);
    }

    List<LoopThread> all() {
        return all;
    }

    /** Starts those again whose threads have died; how many. */
    int revive() {
        int revived = 0;
        for (LoopThread loop : all) {
            revived += loop.revive() ? 1 : 0;
        }
        return revived;
    }

    void start() {
        all.forEach(LoopThread::start);
    }

    void stopReclaiming() {
        reclaiming.stop();
    }

    /** False if that took longer than the limit. */
    boolean awaitReclaiming(Duration limit) throws InterruptedException {
        return reclaiming.join(limit);
    }

    void stopRetrying() {
        retrying.stop();
    }

    /** False if that took longer than the limit. */
    boolean awaitRetrying(Duration limit) throws InterruptedException {
        return retrying.join(limit);
    }

    void stop() {
        all.forEach(LoopThread::stop);
    }

    /** False if one of them still runs then, on the settings' ticker. */
    boolean await(long deadline) throws InterruptedException {
        boolean ended = true;
        for (LoopThread loop : all) {
            ended &= loop.join(
                    Duration.ofNanos(Math.max(0, deadline - settings.ticker().getAsLong())));
        }
        return ended;
    }
}
