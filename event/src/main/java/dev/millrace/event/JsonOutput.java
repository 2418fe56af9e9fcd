package dev.millrace.event;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.ObjectWriter;

/**
 * Writes values as JSON with a generator that the thread keeps: a new one, with its buffers and contexts, is most of what
 * writing a small value allocates. Thread-safe.
 */
final class JsonOutput {

    /** A larger buffer is not kept. */
    private static final int MOST_KEPT = 64 * 1024;

    /**
     * A generator is replaced after so many values, before the garbage collector counts it as old: G1 pays for each reference that
     * is written into an old object with a memory fence, and a generator notes the name of each member.
     */
    private static final int MOST_VALUES = 4_096;

    /** Of whichever output the thread has used last. */
    private static final ThreadLocal<@Nullable Kept> KEPT = new ThreadLocal<>();

    private final ObjectWriter writer;

    JsonOutput(ObjectWriter writer) {
        this.writer = writer.withRootValueSeparator("");
    }

    /** The value alone, in an array of its own. */
    byte[] write(Object value) {
        Kept kept = KEPT.get();
        if (kept == null || kept.writer != writer || kept.isSpent()) {
            kept = new Kept(writer);
            KEPT.set(kept);
        }
        boolean done = false;
        try {
            byte[] json = kept.write(value);
            done = json.length <= MOST_KEPT;
            return json;
        } finally {
            if (!done) {
                KEPT.remove(); // too large to be kept, or of no use after a failure
            }
        }
    }

    /** A generator and what it writes into. For one thread. */
    private static final class Kept {

        private final ObjectWriter writer;
        private final ByteArrayBuilder bytes = new ByteArrayBuilder(512);
        private final JsonGenerator generator;
        private boolean busy;
        private int values;

        Kept(ObjectWriter writer) {
            this.writer = writer;
            this.generator = writer.createGenerator(bytes);
        }

        /** Whether it is in use, by a serializer's caller, or has been for long. */
        boolean isSpent() {
            return busy || values >= MOST_VALUES;
        }

        byte[] write(Object value) {
            busy = true;
            values++;
            bytes.reset();
            writer.writeValue(generator, value);
            generator.flush();
            generator.assignCurrentValue(null); // the thread may live long, and the value need not
            busy = false;
            return bytes.toByteArray();
        }
    }
}
