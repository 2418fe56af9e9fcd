package dev.millrace.samples;

import dev.millrace.event.Classification;
import dev.millrace.event.Event;
import dev.millrace.event.EventHeader;
import dev.millrace.event.InvalidEventException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One event as a line of JSON: its type, its body, and whatever else its header is to have, as {@code failedEventsTo}
 * writes it. For one line.
 */
final class EventLine {

    /** The header member of an event whose body is no JSON, and stands in its line in Base64. */
    static final String CONTENT_TYPE = "contentType";

    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] text;
    private final JsonParser json;
    private final EventHeader.Builder header = EventHeader.builder("");
    private boolean typed;
    private boolean isJson = true;
    private byte @Nullable [] body;
    private @Nullable String bodyText;

    private EventLine(byte[] text, JsonParser json) {
        this.text = text;
        this.json = json;
    }

    /**
     * Reads a line. Bodies are taken byte for byte.
     *
     * @throws tools.jackson.core.JacksonException if it is no JSON
     * @throws InvalidEventException if it is no event
     */
    static Event parse(byte[] text) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            return new EventLine(text, json).read();
        }
    }

    /** Of an event whose body is no JSON; null of others. */
    static @Nullable String contentType(Event event) {
        String quoted = event.header().unknownMembers().get(CONTENT_TYPE);
        if (quoted == null) {
            return null;
        }
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), quoted)) {
            json.nextToken();
            return json.getString();
        }
    }

    private Event read() {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidEventException("no JSON object");
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            member(name, json.nextToken());
        }
        if (json.nextToken() != null) {
            throw new InvalidEventException("more than one JSON value");
        }
        if (!typed || body == null) {
            throw new InvalidEventException("no string member \"type\", or no member \"body\"");
        }
        return new Event(header.build(), isJson ? body : bytes());
    }

    private void member(String name, JsonToken value) {
        switch (name) {
            case "type" -> type(value);
            case "body" -> body(value);
            case CONTENT_TYPE -> contentType(required(name));
            case "timestamp" -> header.timestamp(timestamp(required(name)).toInstant());
            case "classification" -> header.classification(classification(optional(name)));
            case "context" -> context(value);
            default -> text(name);
        }
    }

    private void text(String name) {
        switch (name) {
            case "id" -> header.id(required(name));
            case "origin" -> header.origin(required(name));
            case "hash" -> header.hash(required(name));
            case "version" -> header.version(required(name));
            case "key" -> header.key(optional(name));
            case "correlationId" -> header.correlationId(optional(name));
            case "causationId" -> header.causationId(optional(name));
            case "tenantId" -> header.tenantId(optional(name));
            case "userId" -> header.userId(optional(name));
            case "sessionId" -> header.sessionId(optional(name));
            case "originVersion" -> header.originVersion(optional(name));
            case "traceparent" -> header.traceparent(optional(name));
            default -> header.unknownMember(name, raw());
        }
    }

    private void type(JsonToken value) {
        typed = value == JsonToken.VALUE_STRING;
        header.type(typed ? json.getString() : "");
        json.skipChildren();
    }

    private void context(JsonToken value) {
        if (value != JsonToken.START_OBJECT) {
            throw new InvalidEventException("member \"context\" is no object");
        }
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (json.nextToken() == JsonToken.VALUE_STRING) {
                header.context(name, json.getString());
            } else {
                header.unknownMember("context/" + name, raw());
            }
        }
    }

    private @Nullable String optional(String name) {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : required(name);
    }

    private String required(String name) {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidEventException("member \"" + name + "\" is no string");
        }
        return json.getString();
    }

    private void contentType(String type) {
        isJson = type.equals("application/json") || type.endsWith("+json");
        if (!isJson) {
            header.unknownMember(CONTENT_TYPE, raw());
        }
    }

    private void body(JsonToken value) {
        bodyText = value == JsonToken.VALUE_STRING ? json.getString() : null;
        body = slice();
    }

    private byte[] bytes() {
        try {
            return Base64.getDecoder().decode(bodyText == null ? "?" : bodyText);
        } catch (IllegalArgumentException e) {
            throw new InvalidEventException("member \"body\" is no Base64, and its content type no JSON");
        }
    }

    private static OffsetDateTime timestamp(String text) {
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidEventException("member \"timestamp\" is no ISO-8601 date and time with an offset");
        }
    }

    private static @Nullable Classification classification(@Nullable String text) {
        try {
            return text == null ? null : Classification.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidEventException(
                    "member \"classification\" is none of public, internal, confidential, restricted");
        }
    }

    private String raw() {
        return new String(slice(), StandardCharsets.UTF_8);
    }

    /** The bytes of the value that begins at the parser's token. */
    private byte[] slice() {
        int from = (int) json.currentTokenLocation().getByteOffset();
        if (from < 0) {
            throw new InvalidEventException("no UTF-8, which all lines must be");
        }
        json.skipChildren();
        json.finishToken();
        int to = (int) json.currentLocation().getByteOffset();
        return Arrays.copyOfRange(text, from, to);
    }
}
