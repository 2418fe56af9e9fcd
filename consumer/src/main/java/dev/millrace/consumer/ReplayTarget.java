package dev.millrace.consumer;

import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.redis.internal.StreamEntry;
import java.util.List;

/** Where replayed events go. For one thread. */
interface ReplayTarget {

    /**
     * Takes an entry's events.
     *
     * @param wanted those of its events that are meant, at least one
     * @param all how many it has
     * @return false to stop
     */
    boolean take(StreamEntry entry, List<DecodedEvent> wanted, int all) throws InterruptedException;
}
