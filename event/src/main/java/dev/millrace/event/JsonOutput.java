package dev.millrace.event;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;

/**
 * Writes values as JSON with a generator that the thread keeps: a new one, with its buffers and contexts, is most of what
 * writing a small value allocates. Thread-safe.
 */
final class JsonOutput {

    /** A larger buffer is not kept. */
    private static final int MOST_KEPT = 64 * 1024;

    /** Of whichever output the thread has used last. */
    private static final ThreadLocal<@Nullable Kept> KEPT = new ThreadLocal<>();

    private final ObjectWriter writer;

    JsonOutput(ObjectWriter writer) {
        this.writer = writer.withRootValueSeparator("");
    }

    /** The value alone, in an array of its own. */
    byte[] write(Object value) {
        Kept kept = KEPT.get();
        if (kept == null || kept.writer != writer) {
            kept = new Kept(writer);
        }
        KEPT.set(null); // it is in use, should a serializer write another value; and after a failure it is of no use
        byte[] json = kept.write(value);
        if (json.length <= MOST_KEPT) {
            KEPT.set(kept);
        }
        return json;
    }

    /** A generator and what it writes into. For one thread. */
    private static final class Kept {

        private final ObjectWriter writer;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private final JsonGenerator generator;

        Kept(ObjectWriter writer) {
            this.writer = writer;
            this.generator = writer.createGenerator(bytes);
        }

        byte[] write(Object value) {
            bytes.reset();
            writer.writeValue(generator, value);
            generator.flush();
            generator.assignCurrentValue(null); // the thread may live long, and the value need not
            return bytes.toByteArray();
        }
    }
}
