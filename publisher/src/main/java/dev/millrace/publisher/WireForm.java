package dev.millrace.publisher;

import dev.millrace.event.internal.Checks;
import dev.millrace.event.internal.ContentEncoding;
import org.jspecify.annotations.Nullable;

/** How an event is written into its stream entry; immutable. Consumers read every form without being told. */
public final class WireForm {

    private static final int DEFAULT_COMPRESS_FROM = 1024;

    private static final WireForm ENVELOPE =
            new WireForm(false, null, DEFAULT_COMPRESS_FROM, ContentEncoding.MAX_OPENED);
    private static final WireForm SPLIT = new WireForm(true, null, DEFAULT_COMPRESS_FROM, ContentEncoding.MAX_OPENED);

    private final boolean split;
    private final @Nullable ContentEncoding encoding;
    private final int compressFrom;
    private final int maxOpened;

    private WireForm(boolean split, @Nullable ContentEncoding encoding, int compressFrom, int maxOpened) {
        this.split = split;
        this.encoding = encoding;
        this.compressFrom = compressFrom;
        this.maxOpened = maxOpened;
    }

    /** One field {@code data}, which holds header and body as one JSON text. The form of the Node library, too. */
    public static WireForm envelope() {
        return ENVELOPE;
    }

    /**
     * Two fields, {@code header} and {@code body}: for bodies that are no JSON, or are to be compressed. The header names
     * content type and content encoding. There is no pattern in it, so that a route's prefix has no place. Bodies are not
     * compressed by default.
     */
    public static WireForm split() {
        return SPLIT;
    }

    /** Split, with bodies compressed by gzip where that makes them smaller. Hashes are of the body before. */
    public WireForm gzip() {
        return compressed(ContentEncoding.GZIP);
    }

    /**
     * As {@link #gzip}, by zstd: smaller and faster. Needs {@code com.github.luben:zstd-jni} on the class path, here and in
     * consumers; ours say MALFORMED where they lack it.
     *
     * @throws IllegalArgumentException if it is not there
     */
    public WireForm zstd() {
        ContentEncoding.ZSTD.requireAvailable();
        return compressed(ContentEncoding.ZSTD);
    }

    /** How large a serialised body must be to be compressed, in bytes, 0 to 512 MiB. Default: 1,024. */
    public WireForm compressFrom(int bytes) {
        Checks.between("compressFrom", bytes, 0, ContentEncoding.MOST_OPENED);
        return new WireForm(split, encoding, bytes, maxOpened);
    }

    /**
     * How large a body may be before it is compressed, in bytes, 1 to 16 MiB, which is what consumers open at most; larger ones
     * are refused. Default: 16 MiB.
     */
    public WireForm maxOpenedBytes(int bytes) {
        Checks.between("maxOpenedBytes", bytes, 1, ContentEncoding.MAX_OPENED);
        return new WireForm(split, encoding, compressFrom, bytes);
    }

    int maxOpened() {
        return maxOpened;
    }

    boolean isSplit() {
        return split;
    }

    @Nullable
    ContentEncoding encoding() {
        return encoding;
    }

    int compressFrom() {
        return compressFrom;
    }

    private WireForm compressed(ContentEncoding by) {
        if (!split) {
            throw new IllegalArgumentException("wireForm: got the envelope, compressed by " + by.wireName()
                    + "; the envelope is JSON text, so use WireForm.split()." + by.wireName() + "()");
        }
        return new WireForm(true, by, compressFrom, maxOpened);
    }

    /** For humans. */
    @Override
    public String toString() {
        return (split ? "split" : "envelope") + (encoding == null ? "" : ", " + encoding.wireName());
    }
}
