package dev.millrace.event.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The inside of JSON texts: passing over them, and unescaping them. */
final class JsonStrings {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGHEST_BITS = EACH << 7;

    private JsonStrings() {}

    /** Where the text that starts here ends, if that is before anything but printable ASCII or an escape; else -1. */
    static int plainEnd(byte[] json, int start) {
        int i = start;
        for (; i <= json.length - Long.BYTES; i += Long.BYTES) {
            long special = special((long) EIGHT.get(json, i));
            if (special != 0) {
                int first = i + Long.numberOfTrailingZeros(special) / Byte.SIZE;
                return json[first] == '"' ? first : -1;
            }
        }
        for (; i < json.length; i++) {
            byte b = json[i];
            if (b == '"') {
                return i;
            }
            if (b == '\\' || b < 0x20 || b == 0x7F) {
                return -1;
            }
        }
        return -1;
    }

    /**
     * Which of eight bytes, the first of them lowest, are a quote, an escape, or none of printable ASCII: the highest bit of
     * each of these is set. Bits above the lowest one that is set may be set wrongly, by what that one borrows or carries.
     */
    private static long special(long bytes) {
        long quote = bytes ^ ('"' * EACH);
        long escape = bytes ^ ('\\' * EACH);
        long least = (bytes - ' ' * EACH) & ~bytes;
        long most = bytes | (bytes + EACH);
        return (((quote - EACH) & ~quote) | ((escape - EACH) & ~escape) | least | most) & HIGHEST_BITS;
    }

    /** The position after the closing quote of the text that starts here, after its opening quote. */
    static int skip(byte[] json, int start) {
        int end = plainEnd(json, start);
        if (end >= 0) {
            return end + 1;
        }
        int i = start;
        while (i < json.length) {
            byte b = json[i];
            if (b == '"') {
                return i + 1;
            }
            if (b == '\\') {
                i = skipEscape(json, i);
            } else if (b >= 0x20) {
                i++;
            } else if (b >= 0) {
                throw fault("control character in a text", i);
            } else {
                i = skipMultibyte(json, i);
            }
        }
        throw fault("text without an end", i);
    }

    /** The characters of a text that {@link #skip} has passed. */
    static String unescape(byte[] json, int start, int length) {
        String text = new String(json, start, length, StandardCharsets.UTF_8);
        int escape = text.indexOf('\\');
        if (escape < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length()).append(text, 0, escape);
        for (int i = escape; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                plain.append(c);
            } else if (text.charAt(++i) == 'u') {
                plain.append((char) Integer.parseInt(text, i + 1, i + 5, 16));
                i += 4;
            } else {
                plain.append(escaped(text.charAt(i)));
            }
        }
        return plain.toString();
    }

    private static char escaped(char c) {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> c;
        };
    }

    private static int skipEscape(byte[] json, int at) {
        int next = at + 1 < json.length ? json[at + 1] : -1;
        if (next != 'u') {
            if (next < 0 || "\"\\/bfnrt".indexOf(next) < 0) {
                throw fault("unknown escape in a text", at);
            }
            return at + 2;
        }
        for (int i = at + 2; i < at + 6; i++) {
            if (i >= json.length || Character.digit(json[i], 16) < 0) {
                throw fault("unknown escape in a text", at);
            }
        }
        return at + 6;
    }

    /** Passes one character of two to four bytes; overlong forms, surrogates and what lies beyond Unicode are faults. */
    private static int skipMultibyte(byte[] json, int at) {
        int first = json[at] & 0xFF;
        int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > json.length) {
            throw fault("invalid UTF-8", at);
        }
        int second = json[at + 1] & 0xFF;
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            throw fault("invalid UTF-8", at);
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((json[i] & 0xC0) != 0x80) {
                throw fault("invalid UTF-8", at);
            }
        }
        return at + length;
    }

    private static MalformedEntryException fault(String reason, int offset) {
        return new MalformedEntryException(reason + " at offset " + offset);
    }
}
