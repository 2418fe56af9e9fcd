package dev.millrace.publisher;

import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.EnvelopeCodec;
import dev.millrace.event.internal.SplitCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Appends events to a file, one line of JSON each: the header's members, and the body as member {@code body}. JSON bodies
 * are compact, so none has a line break in it; others stand there in Base64, with their {@code contentType} before.
 */
final class FailedEventsFile {

    /** What the envelope has between its pattern and the first member of the header. */
    private static final int BEFORE_HEADER = "{\"pattern\":\"\",\"data\":{\"header\":".length();

    private static final int BEFORE_BODY = ",\"body\":".length();
    private static final int AFTER_BODY = "}}".length();

    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private FailedEventsFile() {}

    /** Appends the events; on the disk when it returns. Others that append to the file, also other processes, wait. */
    static void append(List<FailedEvent> events, Path file) throws IOException {
        ONE_AT_A_TIME.lock(); // a file's lock is a process's: between threads it is an error to ask for it twice
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock ignored = channel.lock()) {
            long end = channel.size();
            channel.position(end);
            if (end > 0 && !endsLine(channel, end)) {
                write(channel, new byte[] {'\n'}); // a process that died while writing must not spoil our first line
            }
            for (FailedEvent event : events) {
                write(channel, line(event));
            }
            channel.force(true);
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    /** The envelope without its outer members, and with the header's end moved behind the body. */
    private static byte[] line(FailedEvent failed) {
        Event event = failed.event();
        EventHeader header = event.header();
        byte[] body = (byte[]) event.body();
        if (!SplitCodec.isJson(failed.contentType())) {
            header = header.toBuilder()
                    .unknownMember("contentType", quoted(failed.contentType()))
                    .build();
            body = quoted(Base64.getEncoder().encodeToString(body)).getBytes(StandardCharsets.US_ASCII);
        }
        byte[] envelope = EnvelopeCodec.encode(header, body, "");
        int from = BEFORE_HEADER + header.type().getBytes(StandardCharsets.UTF_8).length;
        int bodyAt = envelope.length - AFTER_BODY - body.length;
        int headerEnd = bodyAt - BEFORE_BODY - 1;
        ByteArrayOutputStream line = new ByteArrayOutputStream(envelope.length);
        line.write(envelope, from, headerEnd - from);
        line.write(envelope, headerEnd + 1, envelope.length - headerEnd - AFTER_BODY);
        line.write('\n');
        return line.toByteArray();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean endsLine(FileChannel channel, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.read(last, end - 1) == 1 && last.get(0) == '\n';
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            int unused = channel.write(buffer);
        }
    }
}
