package dev.millrace.event.internal;

import dev.millrace.event.Classification;
import dev.millrace.event.EventHeader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes an envelope's text up to the body, or a header alone. For one thread. */
final class EnvelopeWriter {

    private static final byte[] PATTERN = ascii("{\"pattern\":\"");
    private static final byte[] HEADER = ascii("\",\"data\":{\"header\":");
    private static final byte[] ID = ascii("{\"id\":\"");
    private static final byte[] TYPE = ascii("\",\"type\":\"");
    private static final byte[] ORIGIN = ascii("\",\"origin\":\"");
    private static final byte[] TIMESTAMP = ascii("\",\"timestamp\":\"");
    private static final byte[] HASH = ascii("\",\"hash\":\"");
    private static final byte[] VERSION = ascii("\",\"version\":\"");
    private static final byte[] KEY = ascii("\",\"key\":\"");
    private static final byte[] CORRELATION_ID = ascii("\",\"correlationId\":\"");
    private static final byte[] CAUSATION_ID = ascii("\",\"causationId\":\"");
    private static final byte[] TENANT_ID = ascii("\",\"tenantId\":\"");
    private static final byte[] USER_ID = ascii("\",\"userId\":\"");
    private static final byte[] SESSION_ID = ascii("\",\"sessionId\":\"");
    private static final byte[] CLASSIFICATION = ascii("\",\"classification\":\"");
    private static final byte[] ORIGIN_VERSION = ascii("\",\"originVersion\":\"");
    private static final byte[] TRACEPARENT = ascii("\",\"traceparent\":\"");
    private static final byte[] CONTEXT = ascii(",\"context\":{\"");
    private static final byte[] NEXT = ascii(",\"");
    private static final byte[] TEXT = ascii("\":\"");
    private static final byte[] VALUE = ascii("\":");
    private static final byte[] QUOTE = ascii("\"");
    private static final byte[] CLOSE = ascii("}");
    private static final byte[] BODY = ascii(",\"body\":");
    private static final byte[] CONTENT_TYPE = ascii(",\"" + SplitCodec.CONTENT_TYPE + "\":\"");
    private static final byte[] CONTENT_ENCODING = ascii("\",\"" + SplitCodec.CONTENT_ENCODING + "\":\"");
    private static final byte[] CLOSE_TEXT = ascii("\"}");
    private static final Set<String> OF_SPLIT = Set.of(SplitCodec.CONTENT_TYPE, SplitCodec.CONTENT_ENCODING);
    private static final int HASH_LENGTH = 64;

    private final JsonWriter out = new JsonWriter();
    private final WrittenTexts frequent = new WrittenTexts();

    /** Writes everything before the body and gives what it was written into, good until the next call. */
    JsonWriter write(EventHeader header, byte[] body, String prefix) {
        out.reset();
        out.raw(PATTERN);
        frequent.write(prefix, out);
        frequent.write(header.type(), out);
        out.raw(HEADER);
        members(header, body);
        unknownMembers(header, Set.of());
        out.raw(CLOSE);
        out.raw(BODY);
        return out;
    }

    /** Writes a header that says what the body is and how it is encoded, and gives what it was written into. */
    JsonWriter writeHeader(EventHeader header, byte[] body, String contentType, @Nullable String encoding) {
        out.reset();
        members(header, body);
        unknownMembers(header, OF_SPLIT);
        member(CONTENT_TYPE, contentType);
        member(CONTENT_ENCODING, encoding);
        out.raw(CLOSE_TEXT);
        return out;
    }

    private void members(EventHeader header, byte[] body) {
        int idAt = out.size() + ID.length;
        member(ID, header.id());
        int idEnd = out.size();
        frequentMember(TYPE, header.type());
        frequentMember(ORIGIN, header.origin());
        out.raw(TIMESTAMP);
        InstantFormat.write(header.timestamp(), out.reserve(InstantFormat.LENGTH), out.size());
        out.advance(InstantFormat.LENGTH);
        hash(header, body);
        frequentMember(VERSION, header.version());
        member(KEY, header.key());
        if (header.id().equals(header.correlationId())) { // so begins every flow
            out.raw(CORRELATION_ID);
            out.again(idAt, idEnd - idAt);
        } else {
            member(CORRELATION_ID, header.correlationId());
        }
        optionalMembers(header);
        out.raw(QUOTE);
        context(header);
    }

    private void optionalMembers(EventHeader header) {
        member(CAUSATION_ID, header.causationId());
        member(TENANT_ID, header.tenantId());
        member(USER_ID, header.userId());
        member(SESSION_ID, header.sessionId());
        Classification classification = header.classification();
        member(
                CLASSIFICATION,
                classification == null ? null : classification.name().toLowerCase(Locale.ROOT));
        member(ORIGIN_VERSION, header.originVersion());
        member(TRACEPARENT, header.traceparent());
    }

    private void hash(EventHeader header, byte[] body) {
        if (!header.hash().isEmpty()) {
            member(HASH, header.hash());
            return;
        }
        out.raw(HASH);
        BodyHash.write(body, 0, body.length, out.reserve(HASH_LENGTH), out.size());
        out.advance(HASH_LENGTH);
    }

    private void context(EventHeader header) {
        if (header.context().isEmpty() && header.unknownMembers().isEmpty()) {
            return; // nearly always, and an iterator over nothing is garbage, too
        }
        boolean first = true;
        for (Map.Entry<String, String> member : header.context().entrySet()) {
            out.raw(first ? CONTEXT : NEXT);
            out.text(member.getKey());
            out.raw(TEXT);
            out.text(member.getValue());
            out.raw(QUOTE);
            first = false;
        }
        for (Map.Entry<String, String> member : header.unknownMembers().entrySet()) {
            if (member.getKey().startsWith(HeaderReader.IN_CONTEXT)) {
                out.raw(first ? CONTEXT : NEXT);
                rawMember(member.getKey().substring(HeaderReader.IN_CONTEXT.length()), member.getValue());
                first = false;
            }
        }
        if (!first) {
            out.raw(CLOSE);
        }
    }

    private void unknownMembers(EventHeader header, Set<String> without) {
        if (header.unknownMembers().isEmpty()) {
            return;
        }
        for (Map.Entry<String, String> member : header.unknownMembers().entrySet()) {
            if (!without.contains(member.getKey()) && !member.getKey().startsWith(HeaderReader.IN_CONTEXT)) {
                out.raw(NEXT);
                rawMember(member.getKey(), member.getValue());
            }
        }
    }

    private void rawMember(String name, String json) {
        out.text(name);
        out.raw(VALUE);
        out.raw(json);
    }

    private void member(byte[] start, @Nullable String value) {
        if (value != null) {
            out.raw(start);
            out.text(value);
        }
    }

    private void frequentMember(byte[] start, String value) {
        out.raw(start);
        frequent.write(value, out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
