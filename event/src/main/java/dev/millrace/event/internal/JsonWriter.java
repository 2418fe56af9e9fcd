package dev.millrace.event.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes that JSON is written into, compact and with non-ASCII unescaped. For one thread. */
final class JsonWriter {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final int INITIAL = 1024;
    private static final int KEPT = 64 * 1024;

    private byte[] bytes = new byte[INITIAL];
    private int size;

    /** Begins anew; an array that one unusual header made large is let go. */
    void reset() {
        size = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[INITIAL];
        }
    }

    int size() {
        return size;
    }

    void copyTo(byte[] target) {
        System.arraycopy(bytes, 0, target, 0, size);
    }

    /** Makes room for so many bytes, and gives the array that they may be written into from {@link #size}. */
    byte[] reserve(int length) {
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
        }
        return bytes;
    }

    void advance(int length) {
        size += length;
    }

    /** What was written from there on. */
    byte[] since(int start) {
        return Arrays.copyOfRange(bytes, start, size);
    }

    /** Writes once more what was written there. */
    void again(int start, int length) {
        System.arraycopy(reserve(length), start, bytes, size, length);
        size += length;
    }

    void raw(byte[] json) {
        System.arraycopy(json, 0, reserve(json.length), size, json.length);
        size += json.length;
    }

    /** Writes JSON text as it is. */
    void raw(String json) {
        raw(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the inside of a JSON text, without its quotes. */
    void text(String value) {
        int length = value.length();
        byte[] into = reserve(length);
        int at = size;
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') {
                slowText(value);
                return;
            }
            into[at++] = (byte) c;
        }
        size = at;
    }

    private void slowText(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        byte[] into = reserve(utf8.length * 6);
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                into[size++] = '\\';
                into[size++] = b;
            } else if (b >= 0 && b < 0x20) {
                into[size++] = '\\';
                into[size++] = 'u';
                into[size++] = '0';
                into[size++] = '0';
                into[size++] = HEX[b >> 4];
                into[size++] = HEX[b & 0xF];
            } else {
                into[size++] = b;
            }
        }
    }
}
