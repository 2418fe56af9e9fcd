package dev.millrace.event.internal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The one class that knows zstd-jni, which need not be there: without it, this class cannot even be loaded. */
final class Zstandard {

    /** 8 MiB, which every decoder should accept, and 128 MiB, which is the library's own limit. */
    private static final int LEAST_WINDOW_LOG = 23;

    private static final int MOST_WINDOW_LOG = 27;

    private Zstandard() {}

    static byte[] compress(byte[] bytes) {
        return Zstd.compress(bytes);
    }

    static InputStream open(byte[] bytes, int maxOpened) throws IOException {
        ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(bytes));
        in.setLongMax(windowLog(maxOpened));
        return in;
    }

    /** Windows as large as a body may be; what asks for more would take more memory than that. */
    private static int windowLog(int maxOpened) {
        int log = Integer.SIZE - Integer.numberOfLeadingZeros(maxOpened - 1);
        return Math.max(LEAST_WINDOW_LOG, Math.min(MOST_WINDOW_LOG, log));
    }
}
