package dev.millrace.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.event.internal.Markers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a dead letter: the entry's own, byte for byte, then ours under the reserved prefix. */
final class DeadLetterFields {

    private static final int MAX_MESSAGE = 2_000;
    private static final int MAX_STACK = 8_000;

    private final List<byte[]> fields;

    private DeadLetterFields(List<byte[]> original) {
        fields = new ArrayList<>(original.size() + 26);
        fields.addAll(original);
    }

    static List<byte[]> of(SubscriptionName home, Burial burial) {
        Markers markers = burial.entry().markers();
        // What cannot be read is left as it is.
        DeadLetterFields target = new DeadLetterFields(
                markers.equals(Markers.NONE)
                        ? burial.entry().fields()
                        : Markers.without(burial.entry().fields()));
        target.add("reason", burial.reason().name());
        target.add("stream", home.stream());
        target.add("entry", burial.entry().id().toString());
        target.history(markers, burial.index());
        target.add("group", home.group());
        target.add("consumer", home.consumer());
        target.add("attempts", Integer.toString(burial.attempts()));
        target.add("first-failure", burial.firstFailure().toString());
        target.add("last-failure", burial.lastFailure().toString());
        Throwable cause = burial.cause();
        if (cause != null) {
            target.add("exception", cause.getClass().getName());
            target.add("message", messageOf(cause));
            target.add("stack", stackOf(cause));
        }
        return target.fields;
    }

    /** Where it came from goes along, so that it can be told however often it comes back. */
    private void history(Markers markers, int index) {
        Markers kept = new Markers(
                null,
                markers.source(),
                index == Burial.WHOLE ? markers.index() : index,
                markers.redriven(),
                markers.replay(),
                markers.scope());
        fields.addAll(kept.on(List.of()));
    }

    private void add(String name, String value) {
        fields.add((Markers.PREFIX + name).getBytes(UTF_8));
        fields.add(value.getBytes(UTF_8));
    }

    private static String cut(@Nullable String text, int limit) {
        if (text == null) {
            return "";
        }
        return text.length() <= limit ? text : text.substring(0, limit) + "…";
    }

    private static String messageOf(Throwable cause) {
        try {
            return cut(cause.getMessage(), MAX_MESSAGE);
        } catch (RuntimeException | Error e) {
            return "(its message cannot be read: " + e.getClass().getName() + ")";
        }
    }

    private static String stackOf(Throwable cause) {
        try {
            StringWriter text = new StringWriter();
            cause.printStackTrace(new PrintWriter(text));
            return cut(text.toString(), MAX_STACK);
        } catch (RuntimeException | Error e) {
            return "(its stack cannot be read: " + e.getClass().getName() + ")";
        }
    }
}
