package dev.millrace.samples;

import dev.millrace.event.Event;
import dev.millrace.event.InvalidEventException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads events from lines {@code {"type": …, "body": …}}, with further header members if any; blank lines are skipped. */
final class EventLines implements EventSource {

    private static final int LONGEST_LINE = 16 << 20;

    private final InputStream in;
    private final String name;
    private long line;

    private EventLines(InputStream in, String name) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.name = name;
    }

    /** The lines of a file, or of stdin if it is named {@code -}. */
    static EventLines open(String file) {
        if (file.equals("-")) {
            return new EventLines(System.in, "stdin");
        }
        try {
            return new EventLines(Files.newInputStream(Path.of(file)), file);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new BadInputException(file + ": no such file; correct --input");
        } catch (AccessDeniedException e) {
            throw new BadInputException(file + ": may not be read; change its permissions, or correct --input");
        } catch (IOException e) {
            throw new BadInputException(file + ": cannot be read (" + e.getMessage() + "); correct --input");
        }
    }

    @Override
    public @Nullable Event next() {
        byte[] text = readLine();
        while (text != null && isBlank(text)) {
            text = readLine();
        }
        return text == null ? null : parse(text);
    }

    @Override
    public String position() {
        return name + ":" + line;
    }

    /** Without its line break; null at the end. */
    private byte @Nullable [] readLine() {
        ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 10);
        line++;
        try {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            for (; next >= 0 && next != '\n'; next = in.read()) {
                if (text.size() == LONGEST_LINE) {
                    throw broken("longer than " + LONGEST_LINE + " bytes");
                }
                text.write(next);
            }
            return text.toByteArray();
        } catch (IOException e) {
            throw new BadInputException(name + ": cannot be read (" + e.getMessage() + "); correct --input");
        }
    }

    private static boolean isBlank(byte[] text) {
        for (byte b : text) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private Event parse(byte[] text) {
        try {
            return EventLine.parse(text);
        } catch (JacksonException e) {
            throw broken("broken JSON, " + e.getOriginalMessage());
        } catch (InvalidEventException e) {
            throw broken(String.valueOf(e.getMessage()));
        }
    }

    private BadInputException broken(String what) {
        return new BadInputException(position() + ": " + what
                + "; each line must be one object {\"type\":\"order.paid\",\"body\":…}: correct or remove this one");
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new BadInputException(name + ": cannot be closed (" + e.getMessage() + ")");
        }
    }
}
