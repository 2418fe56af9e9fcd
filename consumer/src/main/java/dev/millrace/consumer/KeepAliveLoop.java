package dev.millrace.consumer;

import dev.millrace.redis.internal.Touch;
import java.util.ArrayList;
import java.util.List;

/** Tells Redis, every third of claim-idle, that what this process holds is alive: buffered, running, waiting, or not yet acked. */
final class KeepAliveLoop implements Loop {

    private static final int MAX_BATCH = 1_000;

    private final InFlightTable inFlight;
    private final Custody custody;

    KeepAliveLoop(InFlightTable inFlight, Custody custody) {
        this.inFlight = inFlight;
        this.custody = custody;
    }

    @Override
    public void runOnce() {
        List<EntryInFlight> batch = new ArrayList<>();
        for (EntryInFlight entry : inFlight.entries()) {
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
    }

    private void refresh(List<EntryInFlight> batch) {
        List<Touch> touches =
                batch.stream().map(entry -> Touch.keepAlive(entry.id())).toList();
        custody.touch(touches, batch);
    }
}
