package dev.millrace.benchmarks.contenders;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The envelope as somebody without Millrace writes and reads it who cares for speed: the body serialised once, hashed with
 * a digest that is kept, and spliced between two pieces of header; read by Jackson, whose mapper has the options of
 * Millrace's. For one thread.
 */
final class SplicedEnvelope {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.threadLocalPool())
                    .build())
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(Read.class);
    private static final byte[] END = {'}', '}'};

    private final ObjectWriter writer = MAPPER.writerFor(Order.class);
    private final MessageDigest digest = sha256();
    private final StringBuilder head = new StringBuilder(320);
    private final ByteArrayOutputStream envelope = new ByteArrayOutputStream(512);
    private final InstantSource clock = InstantSource.system();
    private final String start;
    private final String middle;
    private long cachedMillis = -1;
    private String cachedTime = "";

    SplicedEnvelope(String type, String origin) {
        start = "{\"pattern\":\"" + type + "\",\"data\":{\"header\":{\"id\":\"";
        middle = "\",\"type\":\"" + type + "\",\"origin\":\"" + origin + "\",\"timestamp\":\"";
    }

    byte[] write(Order order) {
        byte[] body = writer.writeValueAsBytes(order);
        String id = UUID.randomUUID().toString();
        head.setLength(0);
        head.append(start).append(id).append(middle).append(time());
        head.append("\",\"hash\":\"").append(HexFormat.of().formatHex(digest.digest(body)));
        head.append("\",\"version\":\"1.0.0\",\"correlationId\":\"").append(id).append("\"},\"body\":");
        envelope.reset();
        envelope.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        envelope.writeBytes(body);
        envelope.writeBytes(END);
        return envelope.toByteArray();
    }

    static Read read(byte @Nullable [] envelope) {
        if (envelope == null) {
            throw new IllegalStateException("an entry has no field '" + Setup.FIELD + "'");
        }
        return READER.readValue(envelope);
    }

    /** The body alone, for contenders that are given prebuilt ones. */
    byte[] body(Order order) {
        return writer.writeValueAsBytes(order);
    }

    /** A millisecond's text is made once. */
    private String time() {
        long now = clock.millis();
        if (now != cachedMillis) {
            cachedMillis = now;
            cachedTime = TIME.format(Instant.ofEpochMilli(now));
        }
        return cachedTime;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }

    /** The envelope, typed. */
    record Read(String pattern, Data data) {

        Order order() {
            return data.body();
        }
    }

    /** Its inner half. */
    record Data(Header header, Order body) {}

    /** The members that every event has. */
    record Header(
            String id,
            String type,
            String origin,
            String timestamp,
            String hash,
            String version,
            String correlationId) {}
}
