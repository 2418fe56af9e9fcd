package dev.millrace.event.internal;

import dev.millrace.event.Body;
import dev.millrace.event.Classification;
import dev.millrace.event.EventHeader;
import dev.millrace.event.InvalidEventException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one header object. Texts may also come as numbers or booleans (some services write a tenant as a number) and are
 * then taken as their text; a null or blank optional member counts as absent. For one thread and one header.
 */
final class HeaderReader {

    /** Marks, among the unknown members, those that stood in the context. */
    static final String IN_CONTEXT = "context/";

    private final EventHeader.Builder header = EventHeader.builder("");
    private final JsonCursor cursor;
    private Map<String, String> unknown = Map.of();
    private @Nullable String type;
    private @Nullable String id;
    private @Nullable String origin;
    private @Nullable Instant timestamp;
    private @Nullable String hash;
    private @Nullable String correlationId;

    HeaderReader(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /** Reads the members, and leaves the cursor after the object. */
    HeaderReader read() {
        cursor.expect('{');
        for (boolean first = true; cursor.nextMember(first); first = false) {
            member(cursor.name());
        }
        return this;
    }

    /** The members that have no method in a header, as JSON text. */
    Map<String, String> unknown() {
        return unknown;
    }

    /** Takes one of them away; null if it is not there. */
    @Nullable
    String takeUnknown(String name) {
        return unknown.isEmpty() ? null : unknown.remove(name);
    }

    boolean typeEndsWith(String end) {
        return type != null && type.endsWith(end);
    }

    /** Checks what was read; where there is no id this one is taken, where there is no hash the body's. */
    EventHeader build(Body body, Object fallbackId) {
        String own = id == null ? fallbackId.toString() : id;
        header.type(present("type", type))
                .id(own)
                .origin(present("origin", origin))
                .timestamp(present("timestamp", timestamp))
                .hash(hash == null ? BodyHash.sha256Hex(body.bytes(), body.offset(), body.length()) : hash)
                .correlationId(correlationId == null ? own : correlationId);
        try {
            unknown.forEach(header::unknownMember);
            return header.build();
        } catch (InvalidEventException e) {
            throw new MalformedEntryException("header: " + e.getMessage());
        }
    }

    private void member(String name) {
        switch (name) {
            case "id" -> id = text(name);
            case "type" -> type = frequent(name);
            case "origin" -> origin = frequent(name);
            case "timestamp" -> timestamp = instant(name);
            case "hash" -> hash = text(name);
            case "version" -> version(frequent(name));
            case "key" -> header.key(text(name));
            case "correlationId" -> correlationId = textLike(id, name);
            case "causationId" -> header.causationId(text(name));
            case "tenantId" -> header.tenantId(frequent(name));
            case "userId" -> header.userId(text(name));
            case "sessionId" -> header.sessionId(text(name));
            case "classification" -> header.classification(classification(frequent(name)));
            case "originVersion" -> header.originVersion(frequent(name));
            case "traceparent" -> header.traceparent(text(name));
            case "context" -> context();
            default -> keep(name);
        }
    }

    private void version(@Nullable String value) {
        if (value != null) {
            header.version(value);
        }
    }

    /** Line breaks between tokens become spaces, so that what is written again stays on one line. */
    private void keep(String name) {
        if (unknown.isEmpty()) {
            unknown = new LinkedHashMap<>();
        }
        unknown.put(name, cursor.raw().replace('\n', ' ').replace('\r', ' '));
    }

    private void context() {
        if (cursor.peek() != '{') {
            String value = cursor.raw();
            if (!value.equals("null")) {
                throw new MalformedEntryException("header member 'context' is not an object");
            }
            return;
        }
        cursor.expect('{');
        for (boolean first = true; cursor.nextMember(first); first = false) {
            String name = cursor.name();
            if (cursor.peek() == '"') {
                contextText(name, cursor.string());
            } else {
                keep(IN_CONTEXT + name);
            }
        }
    }

    private void contextText(String name, String value) {
        try {
            header.context(name, value);
        } catch (InvalidEventException e) {
            throw new MalformedEntryException("header: " + e.getMessage());
        }
    }

    private @Nullable Instant instant(String name) {
        Instant ours = cursor.instant();
        if (ours != null) {
            return ours;
        }
        String text = text(name);
        return text == null ? null : InstantFormat.parse(text);
    }

    private @Nullable String text(String name) {
        return cursor.peek() == '"' ? notBlank(cursor.string()) : scalar(name);
    }

    /** A text that many headers have in common. */
    private @Nullable String frequent(String name) {
        return cursor.peek() == '"' ? notBlank(cursor.frequentString()) : scalar(name);
    }

    /** A text that is often this one. */
    private @Nullable String textLike(@Nullable String likely, String name) {
        return cursor.peek() == '"' ? notBlank(cursor.stringLike(likely)) : scalar(name);
    }

    private static @Nullable String notBlank(String value) {
        return value.isBlank() ? null : value;
    }

    private @Nullable String scalar(String name) {
        int c = cursor.peek();
        if (c == '{' || c == '[') {
            throw new MalformedEntryException("header member '" + name + "' is not a text");
        }
        String value = cursor.raw();
        return value.equals("null") ? null : value;
    }

    private static <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw new MalformedEntryException("header has no '" + name + "'");
        }
        return value;
    }

    private static @Nullable Classification classification(@Nullable String text) {
        if (text == null) {
            return null;
        }
        for (Classification value : Classification.values()) {
            if (value.name().equals(text.toUpperCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new MalformedEntryException(
                "header member 'classification' is none of public, internal, confidential, restricted");
    }
}
