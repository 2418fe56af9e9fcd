package dev.millrace.publisher;

import dev.millrace.event.internal.Checks;

/**
 * Which events share a batch, and with it their order: batches of different groups overtake each other. By stream unless
 * there is a reason, since any other grouping gives up the order of a stream. Immutable.
 */
public final class BatchGrouping {

    private static final BatchGrouping BY_STREAM = new BatchGrouping(0);
    private static final BatchGrouping BY_TYPE = new BatchGrouping(Integer.MAX_VALUE);

    private final int segments;

    private BatchGrouping(int segments) {
        this.segments = segments;
    }

    /** Events of one stream. */
    public static BatchGrouping byStream() {
        return BY_STREAM;
    }

    /** Events of exactly one type. */
    public static BatchGrouping byType() {
        return BY_TYPE;
    }

    /**
     * Events whose types begin with the same segments; a type that has fewer is a group of its own.
     *
     * @param count how many segments, at least 1
     */
    public static BatchGrouping byFirstSegments(int count) {
        Checks.between("grouping.segments", count, 1, Integer.MAX_VALUE);
        return new BatchGrouping(count);
    }

    boolean isByStream() {
        return segments == 0;
    }

    /** Refuses what would make strict order pointless. */
    void requireFor(PublisherSettings.Delivery delivery) {
        if (delivery.strictOrder() && !isByStream()) {
            throw new IllegalArgumentException("grouping: got " + this
                    + ", which gives up the order that strictOrder is for; use byStream() or strictOrder(false)");
        }
    }

    /** The group of an event. */
    String of(String stream, String type) {
        if (isByStream()) {
            return stream;
        }
        int end = -1;
        for (int found = 0; found < segments; found++) {
            end = type.indexOf('.', end + 1);
            if (end < 0) {
                return type;
            }
        }
        return type.substring(0, end);
    }

    /** For humans. */
    @Override
    public String toString() {
        if (isByStream()) {
            return "by stream";
        }
        return segments == Integer.MAX_VALUE ? "by type" : "by the first " + segments + " segments of the type";
    }
}
