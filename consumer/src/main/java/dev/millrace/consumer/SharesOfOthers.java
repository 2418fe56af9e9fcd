package dev.millrace.consumer;

import dev.millrace.routing.Priority;
import java.util.EnumMap;
import java.util.Map;

/**
 * Of what the streams of one priority could read, a tenth is left to those below them; where there is room for less than ten,
 * the tenths add up to a turn of their own. One thread.
 */
final class SharesOfOthers {

    private static final int TENTH = 10;

    private final Map<Priority, Integer> owed = new EnumMap<>(Priority.class);

    /** How much of this room a priority leaves to those below it, this time. */
    int leftBy(Priority priority, int room) {
        int sum = owed.getOrDefault(priority, 0) + room;
        owed.put(priority, sum % TENTH);
        return sum / TENTH;
    }
}
