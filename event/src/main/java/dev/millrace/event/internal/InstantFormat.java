package dev.millrace.event.internal;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Timestamps on the wire: {@code 2026-11-21T08:15:30.123Z}, always with milliseconds. Thread-safe. */
final class InstantFormat {

    static final int LENGTH = 24;
    private static final String FORM = "0000-00-00T00:00:00.000Z";

    /** The last second written or read: events come in time order, and formatting costs ten times the copy. */
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

    /** Reads the {@link #LENGTH} bytes at this place; null if they are not of our form, or not of the second read last. */
    static @Nullable Instant read(byte[] from, int at) {
        Second second = last;
        int millisAt = at + LENGTH - 4;
        if (!Arrays.equals(from, at, millisAt, second.text, 0, LENGTH - 4) || from[at + LENGTH - 1] != 'Z') {
            return null;
        }
        int millis = 0;
        for (int i = millisAt; i < millisAt + 3; i++) {
            int digit = from[i] - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            millis = millis * 10 + digit;
        }
        return Instant.ofEpochSecond(second.epochSecond, millis * 1_000_000L);
    }

    /** Reads any ISO-8601 date and time with an offset, cut to milliseconds. */
    static Instant parse(String text) {
        try {
            if (!isOurs(text)) {
                return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
            }
            Instant instant = parseOurs(text);
            last = new Second(instant.getEpochSecond(), bytes(instant.getEpochSecond()));
            return instant;
        } catch (DateTimeException e) {
            throw new MalformedEntryException(
                    "header member 'timestamp' is not an ISO-8601 date and time with an offset");
        }
    }

    /** Whether the text has the form that {@link #write} gives, which a formatter takes ten times as long to read. */
    private static boolean isOurs(String text) {
        if (text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char form = FORM.charAt(i);
            char c = text.charAt(i);
            if (form == '0' ? c < '0' || c > '9' : c != form) {
                return false;
            }
        }
        return true;
    }

    private static Instant parseOurs(String text) {
        int nanos = number(text, 20, 23) * 1_000_000;
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        nanos)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }

    private static byte[] bytes(long epochSecond) {
        String text = Instant.ofEpochSecond(epochSecond).toString();
        return (text.substring(0, LENGTH - 5) + ".000Z").getBytes(StandardCharsets.US_ASCII);
    }
}
