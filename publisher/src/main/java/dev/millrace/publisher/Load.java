package dev.millrace.publisher;

/** A number of events and of bytes in one long, so that both change in one atomic step: 24 bits and 40 bits. */
final class Load {

    static final int MAX_EVENTS = 1 << 23;
    static final long MAX_BYTES = 1L << 39;

    private static final int BYTE_BITS = 40;
    private static final long BYTE_MASK = (1L << BYTE_BITS) - 1;

    private Load() {}

    static long of(long events, long bytes) {
        return (events << BYTE_BITS) + bytes;
    }

    static int events(long load) {
        return (int) (load >>> BYTE_BITS);
    }

    static long bytes(long load) {
        return load & BYTE_MASK;
    }
}
