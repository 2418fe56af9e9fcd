package dev.millrace.consumer;

import java.time.Duration;
import java.util.List;

/**
 * Starts threads again that have died although they survive what their work throws: an error while an error is told, for
 * instance. Nothing of a server falls silent unseen.
 */
final class WatchLoop implements Loop {

    static final Duration REST = Duration.ofSeconds(1);

    private final List<Subscription> subscriptions;
    private final List<LoopThread> fetching;
    private final List<LoopThread> upkeep;
    private final Workers workers;

    WatchLoop(List<Subscription> subscriptions, List<LoopThread> fetching, List<LoopThread> upkeep, Workers workers) {
        this.subscriptions = subscriptions;
        this.fetching = fetching;
        this.upkeep = upkeep;
        this.workers = workers;
    }

    @Override
    public void runOnce() {
        subscriptions.forEach(Subscription::revive);
        int revived = workers.revive() + revive(fetching) + revive(upkeep);
        if (revived > 0) {
            subscriptions.get(0).meters().count(Counted.LOOP_RESTARTS, revived);
        }
    }

    private static int revive(List<LoopThread> loops) {
        return (int) loops.stream().filter(LoopThread::revive).count();
    }
}
