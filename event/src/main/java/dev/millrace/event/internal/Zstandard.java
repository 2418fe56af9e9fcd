package dev.millrace.event.internal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The one class that knows zstd-jni, which need not be there: its methods are called only if {@link #isAvailable}. */
final class Zstandard {

    /** Windows of up to 16 MiB, as large as a body may be; what asks for more would take more memory than that. */
    private static final int MAX_WINDOW_LOG = 24;

    private Zstandard() {}

    static boolean isAvailable() {
        return Library.AVAILABLE;
    }

    static byte[] compress(byte[] bytes) {
        return Zstd.compress(bytes);
    }

    static InputStream open(byte[] bytes) throws IOException {
        ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(bytes));
        in.setLongMax(MAX_WINDOW_LOG);
        return in;
    }

    /** Looked for once. */
    private static final class Library {
        static final boolean AVAILABLE = loads();

        private Library() {}

        private static boolean loads() {
            try {
                Class.forName("com.github.luben.zstd.Zstd", true, Zstandard.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException | LinkageError e) {
                return false; // not there, or its native part does not load on this machine
            }
        }
    }
}
