package dev.millrace.samples;

import java.time.DateTimeException;
import java.time.Instant;

/** Reads instants that a user wrote. */
final class Instants {

    private Instants() {}

    static Instant parse(String flag, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new BadInputException(
                    flag + ": got '" + text + "'; use an instant, as in 2026-11-21T08:00:00Z, or an entry id");
        }
    }
}
