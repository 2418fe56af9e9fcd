package dev.millrace.publisher;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the lane of an event: one a group, by default one a stream. Lanes with nothing to do are forgotten where there are
 * many. Thread-safe.
 */
final class Lanes {

    /** So many are kept although nothing is in them. */
    static final int MAX_IDLE = 1_000;

    private final Target target;
    private final BatchLimits limits;
    private final BatchGrouping grouping;
    private final Map<String, Lane> byGroup = new ConcurrentHashMap<>();

    Lanes(Target target, BatchLimits limits, BatchGrouping grouping) {
        this.target = target;
        this.limits = limits;
        this.grouping = grouping;
    }

    Lane of(String stream, String type) {
        return of(grouping.of(stream, type));
    }

    private Lane of(String group) {
        Lane known = byGroup.get(group);
        return known != null ? known : byGroup.computeIfAbsent(group, name -> new Lane(name, target, limits, this));
    }

    int count() {
        return byGroup.size();
    }

    /** The send loop: there is nothing to do in this lane. */
    void rested(Lane lane) {
        if (byGroup.size() > MAX_IDLE && lane.retire()) {
            byGroup.remove(lane.name(), lane);
        }
    }

    /** The lane that takes the place of a retired one. */
    Lane after(Lane retired) {
        byGroup.remove(retired.name(), retired);
        return of(retired.name());
    }
}
