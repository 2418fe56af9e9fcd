package dev.millrace.event.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Short texts that stand in nearly every header, such as the names of members, types and origins: each is one string, however
 * often it is read. Bounded; a text that is not found here is made anew. Thread-safe, by races that can only cost a string.
 */
final class FrequentTexts {

    private static final int SLOT_BITS = 10;
    static final int MAX_LENGTH = 64;
    private static final @Nullable Known[] KNOWN = new @Nullable Known[1 << SLOT_BITS];
    private static final Known START = new Known(new byte[0]);
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private FrequentTexts() {}

    /** A text that was read before, and which name came after it when it was the name of a member. */
    static final class Known {

        private final byte[] bytes;
        private final byte[] asName;
        private final String text;

        /** Any thread's, and only a guess. */
        private @Nullable Known next;

        private Known(byte[] bytes) {
            this.bytes = bytes;
            this.text = new String(bytes, StandardCharsets.ISO_8859_1);
            this.asName = ('"' + text + "\":").getBytes(StandardCharsets.ISO_8859_1);
        }

        String text() {
            return text;
        }

        /** The name that came after this one when it was last looked at; null if none has. */
        @Nullable
        Known next() {
            return next;
        }

        void next(Known name) {
            next = name;
        }

        /** Where the value begins, if these bytes are this text as a name, with its quotes and its colon; else -1. */
        int nameEnd(byte[] json, int start) {
            int end = start + asName.length;
            return end <= json.length && same(asName, json, start) ? end : -1;
        }
    }

    /** Before the first name. */
    static Known start() {
        return START;
    }

    /** The text of these bytes, which are printable ASCII. */
    static String of(byte[] bytes, int offset, int length) {
        return length > MAX_LENGTH
                ? new String(bytes, offset, length, StandardCharsets.ISO_8859_1)
                : known(bytes, offset, length).text;
    }

    /** The same, for at most {@link #MAX_LENGTH} bytes. */
    static Known known(byte[] bytes, int offset, int length) {
        int slot = slot(bytes, offset, length);
        Known known = KNOWN[slot];
        if (known == null || known.bytes.length != length || !same(known.bytes, bytes, offset)) {
            known = new Known(Arrays.copyOfRange(bytes, offset, offset + length));
            KNOWN[slot] = known;
        }
        return known;
    }

    /** Whether all of this text stands there, which has room for it: for so few bytes a call costs more than the comparing. */
    private static boolean same(byte[] text, byte[] bytes, int offset) {
        int last = text.length - Long.BYTES;
        if (last < 0) {
            for (int i = 0; i < text.length; i++) {
                if (text[i] != bytes[offset + i]) {
                    return false;
                }
            }
            return true;
        }
        for (int i = 0; i < last; i += Long.BYTES) {
            if ((long) EIGHT.get(text, i) != (long) EIGHT.get(bytes, offset + i)) {
                return false;
            }
        }
        return (long) EIGHT.get(text, last) == (long) EIGHT.get(bytes, offset + last);
    }

    /** By the length and by the first and the last eight bytes: most texts that differ do so there. */
    private static int slot(byte[] bytes, int offset, int length) {
        long mixed = length;
        if (length >= Long.BYTES) {
            mixed += (long) EIGHT.get(bytes, offset) * 31 + (long) EIGHT.get(bytes, offset + length - Long.BYTES);
        } else {
            for (int i = offset; i < offset + length; i++) {
                mixed = mixed << Byte.SIZE | bytes[i];
            }
        }
        mixed *= 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> (Long.SIZE - SLOT_BITS));
    }

    /** Whether these bytes are the characters of this text. */
    static boolean matches(String text, byte[] bytes, int offset, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != bytes[offset + i]) {
                return false;
            }
        }
        return true;
    }
}
