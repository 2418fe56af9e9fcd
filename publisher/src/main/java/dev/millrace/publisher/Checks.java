package dev.millrace.publisher;

import java.time.Duration;

/** Refuses configuration values, naming key, value and mend. */
final class Checks {

    private Checks() {}

    static void between(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + ": got " + value + "; use " + least + " to " + most);
        }
    }

    static void between(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(key + ": got " + value + "; use " + least + " to " + most);
        }
    }
}
