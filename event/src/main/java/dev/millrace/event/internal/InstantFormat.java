package dev.millrace.event.internal;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Timestamps on the wire: {@code 2026-11-21T08:15:30.123Z}, always with milliseconds. Thread-safe. */
final class InstantFormat {

    static final int LENGTH = 24;

    /** The last second written: events come in time order, and formatting costs ten times the copy. */
    private static volatile Second last = new Second(0, bytes(0));

    private record Second(long epochSecond, byte[] text) {}

    private InstantFormat() {}

    /** Writes the 24 characters at a place in an array; the year must have four digits. */
    static void write(Instant instant, byte[] into, int at) {
        long epochSecond = instant.getEpochSecond();
        Second second = last;
        if (second.epochSecond != epochSecond) {
            second = new Second(epochSecond, bytes(epochSecond));
            last = second;
        }
        System.arraycopy(second.text, 0, into, at, LENGTH);
        int millis = instant.getNano() / 1_000_000;
        into[at + 20] = (byte) ('0' + millis / 100);
        into[at + 21] = (byte) ('0' + millis / 10 % 10);
        into[at + 22] = (byte) ('0' + millis % 10);
    }

    /** Reads any ISO-8601 date and time with an offset, cut to milliseconds. */
    static Instant parse(String text) {
        try {
            Instant instant = text.endsWith("Z")
                    ? Instant.parse(text)
                    : OffsetDateTime.parse(text).toInstant();
            return instant.truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException e) {
            throw new MalformedEntryException(
                    "header member 'timestamp' is not an ISO-8601 date and time with an offset");
        }
    }

    private static byte[] bytes(long epochSecond) {
        String text = Instant.ofEpochSecond(epochSecond).toString();
        return (text.substring(0, LENGTH - 5) + ".000Z").getBytes(StandardCharsets.US_ASCII);
    }
}
