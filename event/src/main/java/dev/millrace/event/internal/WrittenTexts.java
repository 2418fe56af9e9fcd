package dev.millrace.event.internal;

import org.jspecify.annotations.Nullable;

/**
 * How texts are written that stand in nearly every header, such as types and origins: copying bytes takes a fraction of the time
 * that looking at characters does. Bounded; of two texts with one place, the later one has it. For one thread.
 */
final class WrittenTexts {

    private static final int PLACES = 32;
    private static final int MAX_LENGTH = 255;

    private final @Nullable String[] texts = new @Nullable String[PLACES];
    private final byte[][] written = new byte[PLACES][];

    /** Writes the inside of a JSON text, as {@link JsonWriter#text} does. */
    void write(String text, JsonWriter out) {
        if (text.length() > MAX_LENGTH) {
            out.text(text);
            return;
        }
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 16) & (PLACES - 1);
        if (text.equals(texts[place])) {
            out.raw(written[place]);
            return;
        }
        int start = out.size();
        out.text(text);
        byte[] bytes = out.since(start);
        texts[place] = text;
        written[place] = bytes;
    }
}
