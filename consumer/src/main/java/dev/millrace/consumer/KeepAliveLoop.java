package dev.millrace.consumer;

import dev.millrace.redis.internal.Touch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Tells Redis, every third of claim-idle, that this process is alive under its name, and what it holds: buffered, running,
 * waiting, or not yet acked;
 * but hands back what has been buffered for all of claim-idle, for others may be free to handle it.
 */
final class KeepAliveLoop implements Loop {

    private static final int MAX_BATCH = 1_000;

    private final Subscription home;
    private final WorkQueue work;
    private final LongSupplier ticker;
    private final long patience;

    KeepAliveLoop(Subscription home, WorkQueue work, ConsumerSettings settings) {
        this.home = home;
        this.work = work;
        this.ticker = settings.ticker();
        this.patience = settings.claimIdle().toNanos();
    }

    @Override
    public void runOnce() {
        home.names().keep();
        List<EventInFlight> late = work.takeBufferedBefore(ticker.getAsLong() - patience, home);
        if (!late.isEmpty()) {
            home.handBack().toOthers(late);
        }
        List<EntryInFlight> batch = new ArrayList<>();
        for (EntryInFlight entry : home.inFlight().entries()) {
            if (entry.trimmed() || entry.lost()) {
                continue;
            }
            batch.add(entry);
            if (batch.size() == MAX_BATCH) {
                refresh(batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            refresh(batch);
        }
        home.quietTime().heard();
    }

    private void refresh(List<EntryInFlight> batch) {
        List<Touch> touches =
                batch.stream().map(entry -> Touch.keepAlive(entry.id())).toList();
        home.custody().touch(touches, batch);
    }
}
