package dev.millrace.redis.internal;

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
