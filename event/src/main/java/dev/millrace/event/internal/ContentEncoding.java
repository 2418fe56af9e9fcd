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
        InputStream open(byte[] bytes, int maxOpened) throws IOException {
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
        InputStream open(byte[] bytes, int maxOpened) throws IOException {
            return Zstandard.open(bytes, maxOpened);
        }

        @Override
        boolean isAvailable() {
            return ZstdLibrary.AVAILABLE;
        }
    };

    /**
     * What a body may become when it is opened, unless told otherwise: 16 MiB. A few bytes could otherwise fill the heap of
     * whoever reads them.
     */
    public static final int MAX_OPENED = 16 << 20;

    /** The most that can be allowed: 512 MiB, as large as a value in Redis. */
    public static final int MOST_OPENED = 512 << 20;

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
     * @throws MalformedEntryException if it is damaged, or larger than allowed
     */
    byte[] decode(byte[] bytes, int maxOpened) {
        if (!isAvailable()) {
            throw new MalformedEntryException("content encoding " + wireName() + " " + LIBRARY);
        }
        byte[] opened;
        try (InputStream in = open(bytes, maxOpened)) {
            opened = in.readNBytes(maxOpened + 1);
        } catch (IOException e) {
            throw new MalformedEntryException("body is not " + wireName() + ", as its header says, or is damaged");
        }
        if (opened.length > maxOpened) {
            throw new MalformedEntryException("body has more than the " + maxOpened + " bytes it may have when opened");
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

    abstract InputStream open(byte[] bytes, int maxOpened) throws IOException;

    boolean isAvailable() {
        return true;
    }

    /** Looked for once, and not by the class that uses it: the verifier would look for it there. */
    private static final class ZstdLibrary {
        static final boolean AVAILABLE = loads();

        private ZstdLibrary() {}

        private static boolean loads() {
            try {
                Class.forName("com.github.luben.zstd.Zstd", true, ContentEncoding.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException | LinkageError e) {
                return false; // not there, or its native part does not load on this machine
            }
        }
    }
}
