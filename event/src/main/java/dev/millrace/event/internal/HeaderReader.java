package dev.millrace.event.internal;

import dev.millrace.event.Classification;
import dev.millrace.event.EventHeader;
import dev.millrace.event.InvalidEventException;
import java.nio.charset.StandardCharsets;
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

    final Map<String, String> unknown = new LinkedHashMap<>(4);
    private final EventHeader.Builder header = EventHeader.builder("");
    private final byte[] json;
    private final JsonCursor cursor;

    @Nullable
    String type;

    @Nullable
    String id;

    @Nullable
    String origin;

    @Nullable
    String timestamp;

    boolean hashed;
    private boolean correlated;

    HeaderReader(byte[] json, JsonCursor cursor) {
        this.json = json;
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

    /** Checks what was read; the hash is taken where there was none. */
    EventHeader build(HashOf hash) {
        header.type(present("type", type)).id(present("id", id)).origin(present("origin", origin));
        header.timestamp(instant(present("timestamp", timestamp)));
        if (!correlated) {
            header.correlationId(id);
        }
        if (!hashed) {
            header.hash(hash.compute());
        }
        try {
            unknown.forEach(header::unknownMember);
            return header.build();
        } catch (InvalidEventException e) {
            throw new MalformedEntryException("header: " + e.getMessage());
        }
    }

    /** Computes a body's hash when it is needed. */
    interface HashOf {
        String compute();
    }

    private void member(String name) {
        switch (name) {
            case "id" -> id = text(name);
            case "type" -> type = text(name);
            case "origin" -> origin = text(name);
            case "timestamp" -> timestamp = text(name);
            case "hash" -> hash(text(name));
            case "version" -> version(text(name));
            case "key" -> header.key(text(name));
            case "correlationId" -> correlation(text(name));
            case "causationId" -> header.causationId(text(name));
            case "tenantId" -> header.tenantId(text(name));
            case "userId" -> header.userId(text(name));
            case "sessionId" -> header.sessionId(text(name));
            case "classification" -> header.classification(classification(text(name)));
            case "originVersion" -> header.originVersion(text(name));
            case "traceparent" -> header.traceparent(text(name));
            case "context" -> context();
            default -> unknown.put(name, raw());
        }
    }

    private void hash(@Nullable String value) {
        hashed = value != null;
        header.hash(value == null ? "" : value);
    }

    private void version(@Nullable String value) {
        if (value != null) {
            header.version(value);
        }
    }

    private void correlation(@Nullable String value) {
        correlated = value != null;
        header.correlationId(value);
    }

    private void context() {
        if (cursor.peek() != '{') {
            String value = raw();
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
                unknown.put(IN_CONTEXT + name, raw());
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

    private @Nullable String text(String name) {
        int c = cursor.peek();
        if (c == '"') {
            String value = cursor.string();
            return value.isBlank() ? null : value;
        }
        if (c == '{' || c == '[') {
            throw new MalformedEntryException("header member '" + name + "' is not a text");
        }
        String value = raw();
        return value.equals("null") ? null : value;
    }

    private String raw() {
        cursor.peek();
        int start = cursor.position();
        cursor.skipValue();
        return new String(json, start, cursor.position() - start, StandardCharsets.UTF_8);
    }

    private static String present(String name, @Nullable String value) {
        if (value == null) {
            throw new MalformedEntryException("header has no '" + name + "'");
        }
        return value;
    }

    private static Instant instant(String text) {
        return InstantFormat.parse(text);
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
