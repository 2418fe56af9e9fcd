package dev.millrace.redis.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The id of a stream entry, as two unsigned numbers: milliseconds and sequence. */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {

    public static final StreamId MIN = new StreamId(0, 0);

    /** Reads {@code <millis>-<sequence>}. */
    public static StreamId parse(String id) {
        int dash = id.indexOf('-');
        if (dash < 0) {
            return new StreamId(Long.parseUnsignedLong(id), 0);
        }
        return new StreamId(
                Long.parseUnsignedLong(id, 0, dash, 10), Long.parseUnsignedLong(id, dash + 1, id.length(), 10));
    }

    /**
     * Reads {@code <millis>-<sequence>} as Redis writes it.
     *
     * @param id the bytes from its position to its limit, which are passed
     */
    static StreamId read(ByteBuffer id) {
        long millis = 0;
        long number = 0;
        while (id.hasRemaining()) {
            byte c = id.get();
            if (c == '-') {
                millis = number;
                number = 0;
            } else {
                number = number * 10 + c - '0';
            }
        }
        return new StreamId(millis, number);
    }

    /** {@link #toString()} as bytes. */
    byte[] ascii() {
        if (millis < 0 || sequence < 0) {
            return toString().getBytes(StandardCharsets.US_ASCII);
        }
        int millisDigits = digits(millis);
        byte[] text = new byte[millisDigits + 1 + digits(sequence)];
        write(millis, text, millisDigits);
        text[millisDigits] = '-';
        write(sequence, text, text.length);
        return text;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long left = number; left >= 10; left /= 10) {
            digits++;
        }
        return digits;
    }

    private static void write(long number, byte[] into, int end) {
        long left = number;
        int at = end;
        do {
            into[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
    }

    /** The smallest id after this one. */
    public StreamId next() {
        return sequence == -1L ? new StreamId(millis + 1, 0) : new StreamId(millis, sequence + 1);
    }

    /** The largest id before this one; before the first, itself. */
    public StreamId previous() {
        if (sequence != 0) {
            return new StreamId(millis, sequence - 1);
        }
        return millis == 0 ? MIN : new StreamId(millis - 1, -1L);
    }

    @Override
    public int compareTo(StreamId other) {
        int byMillis = Long.compareUnsigned(millis, other.millis);
        return byMillis != 0 ? byMillis : Long.compareUnsigned(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + '-' + Long.toUnsignedString(sequence);
    }
}
