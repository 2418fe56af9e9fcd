package dev.millrace.event.internal;

/** Checks JSON text that somebody else serialised. */
public final class JsonText {

    private JsonText() {}

    /**
     * Checks that the bytes are exactly one JSON value on one line: no white space around it, no line break in it, valid
     * UTF-8, nested at most 500 deep.
     *
     * @param json the bytes
     * @throws MalformedEntryException with the fault and its offset, without any of the text
     */
    public static void requireOneValue(byte[] json) {
        JsonCursor cursor = new JsonCursor(json);
        if (json.length > 0 && JsonCursor.isWhitespace(json[0])) {
            throw new MalformedEntryException("white space before the value");
        }
        cursor.skipValue();
        if (cursor.position() < json.length) {
            throw new MalformedEntryException("more bytes after the value, from offset " + cursor.position());
        }
        if (cursor.lineBreak() >= 0) { // texts cannot have one
            throw new MalformedEntryException("line break at offset " + cursor.lineBreak());
        }
    }
}
