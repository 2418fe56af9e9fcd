package dev.millrace.samples;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of lines, each of which is the operating system's before {@link #add} returns: a killed process loses none. */
final class Ledger implements AutoCloseable {

    private final OutputStream out;

    private Ledger(OutputStream out) {
        this.out = out;
    }

    /** Appends to this file, creates it if need be; without a file the lines go nowhere. */
    static Ledger open(@Nullable Path file) {
        if (file == null) {
            return new Ledger(OutputStream.nullOutputStream());
        }
        try {
            // Unbuffered, and unlike a channel not closed by the interrupt of one of the threads that write to it.
            return new Ledger(new FileOutputStream(file.toFile(), true));
        } catch (IOException e) {
            throw new BadInputException(
                    "--ledger: cannot write to " + e.getMessage() + "; name a file in a directory that exists");
        }
    }

    /** One write for the whole line, so that lines of several processes do not mix. */
    synchronized void add(String line) {
        try {
            out.write((line + '\n').getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be closed: " + e.getMessage(), e);
        }
    }
}
