package dev.millrace.event.internal;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Short texts that stand in nearly every header, such as the names of members, types and origins: each is one string, however
 * often it is read. Bounded; a text that is not found here is made anew. Thread-safe, by races that can only cost a string.
 */
final class FrequentTexts {

    private static final int SLOTS = 1024;
    private static final int MAX_LENGTH = 64;
    private static final @Nullable String[] TEXTS = new @Nullable String[SLOTS];

    private FrequentTexts() {}

    /** The text of these bytes, which are printable ASCII. */
    static String of(byte[] bytes, int offset, int length) {
        if (length > MAX_LENGTH) {
            return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }
        int hash = length;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ hash >>> 15) & (SLOTS - 1);
        String known = TEXTS[slot];
        if (known == null || !matches(known, bytes, offset, length)) {
            known = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
            TEXTS[slot] = known;
        }
        return known;
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
