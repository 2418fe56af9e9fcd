package dev.millrace.redis.internal;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts what a server sends (RESP2) into replies, and keeps what is not complete yet. For one thread. */
final class ReplyCutter {

    private static final int INITIAL = 16 * 1024;
    private static final int LINE_END = 2;

    private byte[] bytes = new byte[INITIAL];
    private int from;
    private int to;
    private int next;

    /** Takes in all of it. */
    void add(ByteBuf input) {
        int length = input.readableBytes();
        if (bytes.length - to < length) {
            makeRoom(length);
        }
        input.readBytes(bytes, to, length);
        to += length;
    }

    private void makeRoom(int length) {
        int kept = to - from;
        byte[] roomy = kept + length <= bytes.length ? bytes : new byte[Math.max(bytes.length * 2, kept + length)];
        System.arraycopy(bytes, from, roomy, 0, kept);
        bytes = roomy;
        from = 0;
        to = kept;
    }

    /** Looks for a whole reply; until {@link #pass}, the methods below are about it. */
    boolean find() {
        int at = from;
        for (int items = 1; items > 0; items--) {
            int end = lineEnd(at);
            if (end < 0) {
                return false;
            }
            int after = end + LINE_END;
            if (bytes[at] == '$') {
                int length = number(at + 1, end);
                after += length < 0 ? 0 : length + LINE_END; // a nil has no second line
            } else if (bytes[at] == '*') {
                items += Math.max(0, number(at + 1, end));
            }
            at = after;
        }
        next = at;
        return at <= to;
    }

    /** Its first byte: what it is. */
    byte kind() {
        return bytes[from];
    }

    /** The rest of its first line. */
    String line() {
        return new String(bytes, from + 1, lineEnd(from) - from - 1, StandardCharsets.UTF_8);
    }

    /** What comes after its first line, in ASCII. */
    String text() {
        int start = lineEnd(from) + LINE_END;
        return new String(bytes, start, Math.max(0, next - LINE_END - start), StandardCharsets.ISO_8859_1);
    }

    /** All of it, as it came. */
    byte[] raw() {
        return Arrays.copyOfRange(bytes, from, next);
    }

    /** Goes on to what follows. */
    void pass() {
        from = next;
        if (from == to) {
            from = 0;
            to = 0;
        }
    }

    private int lineEnd(int start) {
        for (int i = start; i + 1 < to; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int number(int start, int end) {
        boolean negative = bytes[start] == '-';
        int number = 0;
        for (int i = negative ? start + 1 : start; i < end; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return negative ? -number : number;
    }
}
