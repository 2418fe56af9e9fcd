package dev.millrace.event;

import java.util.Arrays;
import java.util.Objects;

/**
 * A body's serialised bytes as a slice of a larger array, so that an entry is never copied to be read.
 *
 * <p>The array is shared, not copied: it must not be changed by whoever holds this slice. Two bodies are equal if their
 * bytes are.
 *
 * @param bytes the array that holds the body
 * @param offset index of the body's first byte
 * @param length number of the body's bytes
 */
@SuppressWarnings("ArrayRecordComponent") // a slice is what this is; equality is by content
public record Body(byte[] bytes, int offset, int length) {

    /** Checks that the slice lies within the array. */
    public Body {
        Objects.checkFromIndexSize(offset, length, bytes.length);
    }

    /**
     * A body that is the whole array, which is not copied.
     *
     * @param bytes the serialised body
     * @return the body
     */
    public static Body of(byte[] bytes) {
        return new Body(bytes, 0, bytes.length);
    }

    /**
     * The body's bytes in an array of their own.
     *
     * @return a fresh array
     */
    public byte[] copy() {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Body that
                && Arrays.equals(bytes, offset, offset + length, that.bytes, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    /** The size only: a body's content never reaches a log line by accident. */
    @Override
    public String toString() {
        return "Body[" + length + " bytes]";
    }
}
