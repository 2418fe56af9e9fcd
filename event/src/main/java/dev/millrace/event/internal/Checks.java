package dev.millrace.event.internal;

import java.time.Duration;
import java.util.Objects;

/** Refuses configuration values, naming key, value and mend. */
public final class Checks {

    private Checks() {}

    /**
     * Refuses a number out of range.
     *
     * @throws IllegalArgumentException with key, value and range
     */
    public static void between(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + ": got " + value + "; use " + least + " to " + most);
        }
    }

    /**
     * Refuses a time out of range.
     *
     * @throws IllegalArgumentException with key, value and range
     */
    public static void between(String key, Duration value, Duration least, Duration most) {
        if (Objects.requireNonNull(value, key).compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(key + ": got " + value + "; use " + least + " to " + most);
        }
    }
}
