package dev.millrace.event.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How a body was made smaller; on the wire in lower case. Thread-safe. */
public enum ContentEncoding {
    /** By the JDK. */
    GZIP {
        @Override
        byte[] compress(byte[] bytes) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2);
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(bytes);
            }
            return out.toByteArray();
        }

        @Override
        InputStream open(byte[] bytes) throws IOException {
            return new GZIPInputStream(new ByteArrayInputStream(bytes));
        }
    },

    /** By the library zstd-jni, which an application adds if it wants it. */
    ZSTD {
        @Override
        byte[] compress(byte[] bytes) {
            return Zstandard.compress(bytes);
        }

        @Override
        InputStream open(byte[] bytes) throws IOException {
            return Zstandard.open(bytes);
        }

        @Override
        boolean isAvailable() {
            return Zstandard.isAvailable();
        }
    };

    /** What a body may become when it is opened: 16 MiB. A few bytes could otherwise fill the heap of whoever reads them. */
    public static final int MAX_OPENED = 16 << 20;

    private static final String LIBRARY = "needs com.github.luben:zstd-jni, which is not on the class path; add it";

    /** Its name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Refuses an encoding whose library is missing.
     *
     * @throws IllegalArgumentException naming the library
     */
    public void requireAvailable() {
        if (!isAvailable()) {
            throw new IllegalArgumentException("compression: " + wireName() + " " + LIBRARY + ", or use gzip");
        }
    }

    /** Makes bytes smaller. */
    public byte[] encode(byte[] bytes) {
        try {
            return compress(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no file or socket behind it
        }
    }

    /**
     * Opens what {@link #encode} has made.
     *
     * @throws MalformedEntryException if it is damaged, or larger than {@link #MAX_OPENED}
     */
    byte[] decode(byte[] bytes) {
        if (!isAvailable()) {
            throw new MalformedEntryException("content encoding " + wireName() + " " + LIBRARY);
        }
        byte[] opened;
        try (InputStream in = open(bytes)) {
            opened = in.readNBytes(MAX_OPENED + 1);
        } catch (IOException e) {
            throw new MalformedEntryException("body is not " + wireName() + ", as its header says, or is damaged");
        }
        if (opened.length > MAX_OPENED) {
            throw new MalformedEntryException(
                    "body has more than the " + MAX_OPENED + " bytes it may have when opened");
        }
        return opened;
    }

    /** The encoding of this name, in any case; refuses names that are none. */
    static ContentEncoding named(String name) {
        for (ContentEncoding encoding : values()) {
            if (encoding.wireName().equals(name.toLowerCase(Locale.ROOT))) {
                return encoding;
            }
        }
        throw new MalformedEntryException(
                "content encoding '" + HeaderRules.shown(name) + "' is not known; known are gzip and zstd");
    }

    abstract byte[] compress(byte[] bytes) throws IOException;

    abstract InputStream open(byte[] bytes) throws IOException;

    boolean isAvailable() {
        return true;
    }
}
