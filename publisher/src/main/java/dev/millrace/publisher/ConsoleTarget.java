package dev.millrace.publisher;

import dev.millrace.event.Classification;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.ContentEncoding;
import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.JsonText;
import dev.millrace.event.internal.MalformedEntryException;
import dev.millrace.event.internal.WireForms;
import dev.millrace.redis.internal.AppendResult;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The standard output, for development. Shows no body that is confidential or restricted. */
final class ConsoleTarget implements Target {

    private final PrintStream out;
    private long printed;

    ConsoleTarget(PrintStream out) {
        this.out = out;
    }

    static ConsoleTarget standardOutput() {
        return new ConsoleTarget(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
    }

    @Override
    public CompletableFuture<List<AppendResult>> send(List<PendingEvent> events, Duration timeout) {
        List<AppendResult> results = new ArrayList<>(events.size());
        for (PendingEvent event : events) {
            out.println(text(WireForms.decode(event.append().fields(), "console", ContentEncoding.MOST_OPENED)
                    .get(0)));
            results.add(new AppendResult(++printed + "-0", null));
        }
        return CompletableFuture.completedFuture(results);
    }

    private static String text(DecodedEvent event) {
        EventHeader header = event.header();
        return header.timestamp() + " " + header.type() + " from " + header.origin() + ", id " + header.id() + "\n"
                + body(event);
    }

    private static String body(DecodedEvent event) {
        Classification classification = event.header().classification();
        if (classification == Classification.CONFIDENTIAL || classification == Classification.RESTRICTED) {
            return "  (" + classification + ": not shown)";
        }
        byte[] bytes = event.body().copy();
        try {
            JsonText.requireOneValue(bytes);
        } catch (MalformedEntryException e) {
            return "  (" + bytes.length + " bytes)";
        }
        return "  " + PrettyJson.of(new String(bytes, StandardCharsets.UTF_8)).replace("\n", "\n  ");
    }

    @Override
    public void close() {
        // the standard output is not ours
    }
}
