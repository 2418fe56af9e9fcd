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
    private static final int MAX_LENGTH = 64;
    private static final @Nullable Known[] KNOWN = new @Nullable Known[1 << SLOT_BITS];
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private record Known(byte[] bytes, String text) {}

    private FrequentTexts() {}

    /** The text of these bytes, which are printable ASCII. */
    static String of(byte[] bytes, int offset, int length) {
        if (length > MAX_LENGTH) {
            return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }
        int slot = slot(bytes, offset, length);
        Known known = KNOWN[slot];
        if (known == null || !Arrays.equals(known.bytes, 0, known.bytes.length, bytes, offset, offset + length)) {
            byte[] own = Arrays.copyOfRange(bytes, offset, offset + length);
            known = new Known(own, new String(own, StandardCharsets.ISO_8859_1));
            KNOWN[slot] = known;
        }
        return known.text;
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
