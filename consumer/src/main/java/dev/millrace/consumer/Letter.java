package dev.millrace.consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.event.Body;
import dev.millrace.event.internal.DecodedEvent;
import dev.millrace.event.internal.MalformedEntryException;
import dev.millrace.event.internal.Markers;
import dev.millrace.event.internal.WireForms;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter read back: what is shown of it, and what is needed to send it on its way again. Immutable.
 *
 * @param original the entry's own fields
 * @param history what the entry said of itself before it came here
 * @param events how many events the entry carries; 0 if it cannot be read
 */
record Letter(StreamId id, DeadLetter shown, List<byte[]> original, Markers history, int events) {

    private static final byte[] FIRST_OF_OURS = (Markers.PREFIX + "reason").getBytes(UTF_8);

    static Letter read(StreamEntry entry) {
        int ours = beginOfOurs(entry.fields());
        Map<String, String> notes = notes(entry.fields(), ours);
        List<byte[]> original = entry.fields().subList(0, ours);
        Markers history = history(notes);
        List<DecodedEvent> events =
                events(original, notes.getOrDefault("entry", entry.id().toString()));
        DecodedEvent event = events.stream()
                .filter(candidate -> history.takes(candidate.index()))
                .findFirst()
                .orElse(null);
        DeadLetter shown = new DeadLetter(
                entry.id().toString(),
                Instant.ofEpochMilli(entry.id().millis()),
                notes.getOrDefault("stream", ""),
                notes.getOrDefault("group", ""),
                notes.getOrDefault("entry", ""),
                history.index(),
                reason(notes.get("reason")),
                failure(notes),
                history.redriven(),
                history.replay() != null,
                event == null ? null : event.header(),
                event == null ? null : event.body(),
                shown(original));
        return new Letter(entry.id(), shown, original, history, event == null ? 0 : events.size());
    }

    /** What identifies the failed event: a letter that says the same is a repeat, written twice on the way. */
    String key() {
        return shown.stream() + '\n' + shown.entryId() + '\n' + shown.index() + '\n' + shown.group();
    }

    String typeOr(String unreadable) {
        var header = shown.header();
        return header == null ? unreadable : header.type();
    }

    /** The entry that brings it back to its group. */
    List<byte[]> redriven() {
        String source = history.source() == null ? shown.entryId() : history.source();
        Markers markers = new Markers(
                shown.group(),
                source,
                events > 1 ? history.index() : -1,
                history.redriven() + 1,
                history.replay(),
                history.scope());
        return markers.on(original);
    }

    /** Ours come last, so that nothing an entry brings along can be taken for them. */
    private static int beginOfOurs(List<byte[]> fields) {
        for (int i = fields.size() - 2; i >= 0; i -= 2) {
            if (Arrays.equals(fields.get(i), FIRST_OF_OURS)) {
                return i;
            }
        }
        return fields.size();
    }

    private static Map<String, String> notes(List<byte[]> fields, int from) {
        Map<String, String> notes = new HashMap<>();
        for (int i = from; i + 1 < fields.size(); i += 2) {
            String name = new String(fields.get(i), UTF_8);
            if (name.startsWith(Markers.PREFIX)) {
                notes.put(name.substring(Markers.PREFIX.length()), new String(fields.get(i + 1), UTF_8));
            }
        }
        return notes;
    }

    private static Markers history(Map<String, String> notes) {
        List<byte[]> fields = new ArrayList<>(List.of(new byte[0], new byte[0]));
        notes.forEach((name, value) -> {
            fields.add((Markers.PREFIX + name).getBytes(UTF_8));
            fields.add(value.getBytes(UTF_8));
        });
        try {
            return Markers.of(fields);
        } catch (MalformedEntryException e) {
            return Markers.NONE;
        }
    }

    private static List<DecodedEvent> events(List<byte[]> original, String entryId) {
        try {
            return WireForms.decode(original, entryId);
        } catch (MalformedEntryException e) {
            return List.of();
        }
    }

    private static @Nullable DeadLetterReason reason(@Nullable String name) {
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return null;
    }

    private static DeadLetter.Failure failure(Map<String, String> notes) {
        return new DeadLetter.Failure(
                notes.getOrDefault("consumer", ""),
                attempts(notes.get("attempts")),
                instant(notes.get("first-failure")),
                instant(notes.get("last-failure")),
                notes.get("exception"),
                notes.get("message"),
                notes.get("stack"));
    }

    private static int attempts(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static List<DeadLetter.Field> shown(List<byte[]> original) {
        List<DeadLetter.Field> fields = new ArrayList<>(original.size() / 2);
        for (int i = 0; i + 1 < original.size(); i += 2) {
            fields.add(new DeadLetter.Field(new String(original.get(i), UTF_8), Body.of(original.get(i + 1))));
        }
        return List.copyOf(fields);
    }
}
