package dev.millrace.consumer;

import dev.millrace.routing.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Events that could begin at once: those of the highest priority first, but every tenth from the others, so that nobody waits
 * for ever. Guarded by the lock of the {@link WorkQueue}.
 */
final class Shelf {

    private static final int SHARE_OF_OTHERS = 10;
    private static final List<Priority> HIGH_FIRST = List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW);
    private static final List<Priority> NORMAL_FIRST = List.of(Priority.NORMAL, Priority.LOW, Priority.HIGH);
    private static final List<Priority> LOW_FIRST = List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH);

    private final Map<Priority, Deque<EventInFlight>> byPriority = new EnumMap<>(Priority.class);
    private int size;
    private int taken;

    Shelf() {
        for (Priority priority : Priority.values()) {
            byPriority.put(priority, new ArrayDeque<>());
        }
    }

    void addFirst(EventInFlight event) {
        of(event.home().priority()).addFirst(event);
        size++;
    }

    void addLast(EventInFlight event) {
        of(event.home().priority()).addLast(event);
        size++;
    }

    @Nullable
    EventInFlight poll() {
        if (size == 0) {
            return null;
        }
        for (Priority priority : turn()) {
            EventInFlight event = of(priority).pollFirst();
            if (event != null) {
                size--;
                return event;
            }
        }
        throw new IllegalStateException("size is " + size + ", but there is nothing");
    }

    private List<Priority> turn() {
        taken++;
        if (taken % SHARE_OF_OTHERS != 0) {
            return HIGH_FIRST;
        }
        return taken % (2 * SHARE_OF_OTHERS) == 0 ? LOW_FIRST : NORMAL_FIRST;
    }

    /** Since when the one waits that waits longest; there must be one. */
    long oldest() {
        return byPriority.values().stream()
                .flatMap(Deque::stream)
                .map(EventInFlight::bufferedAt)
                .reduce((one, other) -> one - other < 0 ? one : other)
                .orElseThrow();
    }

    int size() {
        return size;
    }

    int count(Predicate<EventInFlight> condition) {
        return (int) byPriority.values().stream()
                .flatMap(Deque::stream)
                .filter(condition)
                .count();
    }

    List<EventInFlight> takeAll() {
        return takeIf(event -> true);
    }

    List<EventInFlight> takeIf(Predicate<EventInFlight> condition) {
        List<EventInFlight> matching = new ArrayList<>();
        for (Deque<EventInFlight> deque : byPriority.values()) {
            deque.removeIf(event -> condition.test(event) && matching.add(event));
        }
        size -= matching.size();
        return matching;
    }

    private Deque<EventInFlight> of(Priority priority) {
        return Objects.requireNonNull(byPriority.get(priority));
    }
}
