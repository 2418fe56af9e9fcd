package dev.millrace.consumer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events of one key, of which one at a time goes on; it keeps the lane while it waits for its retry. Guarded by the lock
 * of the {@link WorkQueue}.
 */
final class Lane {

    private static final Comparator<EventInFlight> STREAM_ORDER =
            Comparator.comparing((EventInFlight event) -> event.entry().id()).thenComparing(EventInFlight::index);

    private final TreeSet<EventInFlight> waiting = new TreeSet<>(STREAM_ORDER);
    private @Nullable EventInFlight first;

    /** Whether this event may go on; if not, it waits here. */
    boolean enter(EventInFlight event) {
        if (first == null) {
            first = event;
        }
        if (first == event) {
            return true;
        }
        // One that came before may stand there: the same event of the same entry, from a time when that was lost to us.
        waiting.remove(event);
        waiting.add(event);
        return false;
    }

    /** Ends this event's turn, and returns the one whose turn it is then. */
    @Nullable
    EventInFlight leave(EventInFlight event) {
        if (first == event) {
            first = waiting.pollFirst();
            return first;
        }
        waiting.remove(event);
        return null;
    }

    /** Whose turn it is. */
    @Nullable
    EventInFlight first() {
        return first;
    }

    /** Those whose turn is yet to come. */
    Collection<EventInFlight> others() {
        return waiting;
    }

    int waiting() {
        return waiting.size();
    }

    boolean isEmpty() {
        return first == null;
    }

    List<EventInFlight> take(Predicate<EventInFlight> condition) {
        List<EventInFlight> taken = new ArrayList<>();
        waiting.removeIf(event -> condition.test(event) && taken.add(event));
        return taken;
    }
}
