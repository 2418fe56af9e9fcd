package dev.millrace.consumer;

import java.time.Instant;

/**
 * Where a group begins to read when it is created for the first time; a group that exists goes on where it was. Immutable.
 */
public final class StartFrom {

    /** With the oldest entry that the stream still holds. */
    public static final StartFrom BEGINNING = new StartFrom("0");

    /** With what is published after the group was created. */
    public static final StartFrom NOW = new StartFrom("$");

    private final String position;

    private StartFrom(String position) {
        this.position = position;
    }

    /**
     * After this entry.
     *
     * @throws IllegalArgumentException unless it has the form {@code <milliseconds>-<sequence>}
     */
    public static StartFrom after(String entryId) {
        return new StartFrom(checked(entryId));
    }

    /** This id, if it is one. */
    static String checked(String entryId) {
        if (!entryId.matches("\\d{1,19}-\\d{1,19}")) {
            throw new IllegalArgumentException(
                    "entryId: got '" + entryId + "'; use <milliseconds>-<sequence>, as in 1763692728000-0");
        }
        return entryId;
    }

    /** With the first entry that Redis added at or after this instant, by its own clock. */
    public static StartFrom at(Instant instant) {
        long millis = instant.toEpochMilli();
        if (millis <= 0) {
            return BEGINNING;
        }
        return new StartFrom((millis - 1) + "-18446744073709551615");
    }

    String position() {
        return position;
    }

    @Override
    public String toString() {
        return position;
    }
}
