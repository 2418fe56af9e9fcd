package dev.millrace.event.internal;

import dev.millrace.event.Body;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Walks over JSON text in a byte array, strictly and without recursion, and leaves what it passes over as bytes. For one
 * thread. Every fault is a {@link MalformedEntryException} with an offset and never with a piece of the text.
 */
final class JsonCursor {

    static final int MAX_DEPTH = 500;

    private final byte[] json;
    private int position;
    private int lineBreak = -1;
    private FrequentTexts.Known name = FrequentTexts.start();

    /** One bit for each open container, set for objects: of the outermost 64, and of what is in them, where there is more. */
    private long shallow;

    private long @Nullable [] deep;

    JsonCursor(byte[] json) {
        this(json, 0);
    }

    JsonCursor(byte[] json, int position) {
        this.json = json;
        this.position = position;
    }

    static boolean isWhitespace(int c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    int position() {
        return position;
    }

    /** Where the first line break was passed; -1 if none was. */
    int lineBreak() {
        return lineBreak;
    }

    /** The next character that is not white space, which is not passed; -1 at the end. */
    int peek() {
        while (position < json.length) {
            int c = json[position];
            if (c > ' ' || !isWhitespace(c)) {
                return c & 0xFF;
            }
            if (lineBreak < 0 && (c == '\n' || c == '\r')) {
                lineBreak = position;
            }
            position++;
        }
        return -1;
    }

    /** Passes the next character if it is this one. */
    boolean take(char expected) {
        if (peek() != expected) {
            return false;
        }
        position++;
        return true;
    }

    void expect(char expected) {
        if (!take(expected)) {
            throw fault("'" + expected + "' expected");
        }
    }

    void expectEnd() {
        if (peek() != -1) {
            throw fault("more bytes after the end");
        }
    }

    /** Passes the start of an object's next member, or the object's end; {@code first} for the first member. */
    boolean nextMember(boolean first) {
        if (first ? take('}') : !take(',')) {
            if (!first) {
                expect('}');
            }
            return false;
        }
        return true;
    }

    /** Passes a member's name and its colon. Events are much alike: most often it is the one that came there last time. */
    String name() {
        FrequentTexts.Known likely = name.next();
        int end = likely == null ? -1 : likely.nameEnd(json, position);
        if (likely != null && end >= 0) {
            position = end;
            name = likely;
            return likely.text();
        }
        return otherName();
    }

    private String otherName() {
        expect('"');
        int start = position;
        int end = JsonStrings.plainEnd(json, start);
        if (end < 0 || end - start > FrequentTexts.MAX_LENGTH) {
            position = start - 1;
            String rare = string();
            expect(':');
            return rare;
        }
        FrequentTexts.Known found = FrequentTexts.known(json, start, end - start);
        position = end + 1;
        expect(':');
        name.next(found);
        name = found;
        return found.text();
    }

    /** Passes a text and gives it unescaped. */
    String string() {
        expect('"');
        int start = position;
        int end = JsonStrings.plainEnd(json, start);
        return end < 0 ? rest() : pass(end, new String(json, start, end - start, StandardCharsets.ISO_8859_1));
    }

    /** {@link #string()} for a text that is likely to come again. */
    String frequentString() {
        expect('"');
        int end = JsonStrings.plainEnd(json, position);
        return end < 0 ? rest() : pass(end, FrequentTexts.of(json, position, end - position));
    }

    /** {@link #string()} for a text that is likely to be this one. */
    String stringLike(@Nullable String likely) {
        expect('"');
        int start = position;
        int end = JsonStrings.plainEnd(json, start);
        if (likely != null && end >= 0 && FrequentTexts.matches(likely, json, start, end - start)) {
            return pass(end, likely);
        }
        position--;
        return string();
    }

    private String pass(int end, String text) {
        position = end + 1;
        return text;
    }

    /** The rest of a text that is more than plain. */
    private String rest() {
        int start = position;
        position = JsonStrings.skip(json, start);
        return JsonStrings.unescape(json, start, position - 1 - start);
    }

    /** Passes a text that is a timestamp as we write it; null if it is not, then nothing is passed. */
    @Nullable
    Instant instant() {
        if (peek() != '"') {
            return null;
        }
        int end = position + 1 + InstantFormat.LENGTH;
        if (end >= json.length || json[end] != '"') {
            return null;
        }
        Instant instant = InstantFormat.read(json, position + 1);
        if (instant != null) {
            position = end + 1;
        }
        return instant;
    }

    /** Passes one value of any kind; its first byte is where {@link #peek} left the position. */
    void skipValue() {
        int depth = 0;
        do {
            int c = peek();
            if (c == '{' || c == '[') {
                position++;
                depth = open(depth, c == '{');
            } else {
                scalar(c);
                depth = close(depth);
            }
        } while (depth > 0);
    }

    /** Passes one value and gives its bytes. */
    Body slice() {
        peek();
        int start = position;
        skipValue();
        return new Body(json, start, position - start);
    }

    /** Passes one value and gives it as JSON text. */
    String raw() {
        Body value = slice();
        return new String(json, value.offset(), value.length(), StandardCharsets.UTF_8);
    }

    MalformedEntryException fault(String reason) {
        return new MalformedEntryException(reason + " at offset " + position);
    }

    private int open(int outer, boolean object) {
        int depth = outer + 1;
        if (depth > MAX_DEPTH) {
            throw fault("nested deeper than " + MAX_DEPTH);
        }
        mark(depth, object);
        if (take(object ? '}' : ']')) {
            return close(depth - 1);
        }
        if (object) {
            skipName();
        }
        return depth;
    }

    /** After a value: passes a comma and the next name, or as many ends of containers as there are. */
    private int close(int from) {
        int depth = from;
        while (depth > 0) {
            boolean object = isObject(depth);
            if (take(',')) {
                if (object) {
                    skipName();
                }
                return depth;
            }
            expect(object ? '}' : ']');
            depth--;
        }
        return 0;
    }

    private void skipName() {
        expect('"');
        position = JsonStrings.skip(json, position);
        expect(':');
    }

    private void scalar(int c) {
        switch (c) {
            case '"' -> position = JsonStrings.skip(json, position + 1);
            case 't' -> position = JsonScalars.literalEnd(json, position, "true");
            case 'f' -> position = JsonScalars.literalEnd(json, position, "false");
            case 'n' -> position = JsonScalars.literalEnd(json, position, "null");
            default -> position = JsonScalars.numberEnd(json, position);
        }
    }

    private void mark(int depth, boolean object) {
        long bit = 1L << depth;
        if (depth < Long.SIZE) {
            shallow = object ? shallow | bit : shallow & ~bit;
            return;
        }
        if (deep == null) {
            deep = new long[MAX_DEPTH / Long.SIZE + 1];
        }
        int at = depth / Long.SIZE;
        deep[at] = object ? deep[at] | bit : deep[at] & ~bit;
    }

    private boolean isObject(int depth) {
        long bits = depth < Long.SIZE || deep == null ? shallow : deep[depth / Long.SIZE];
        return (bits & 1L << depth) != 0;
    }
}
