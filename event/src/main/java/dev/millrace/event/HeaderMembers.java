package dev.millrace.event;

import dev.millrace.event.internal.EventTypes;
import dev.millrace.event.internal.HeaderRules;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a header holds, shared by the header and its builder; each has its own. */
final class HeaderMembers {

    static final String DEFAULT_VERSION = "1.0.0";

    String type;

    @Nullable
    String id;

    String origin = "";

    @Nullable
    Instant timestamp;

    String hash = "";
    String version = DEFAULT_VERSION;

    @Nullable
    String key;

    @Nullable
    String correlationId;

    @Nullable
    String causationId;

    @Nullable
    String tenantId;

    @Nullable
    String userId;

    @Nullable
    String sessionId;

    @Nullable
    Classification classification;

    @Nullable
    String originVersion;

    @Nullable
    String traceparent;

    Map<String, String> context = Map.of();
    Map<String, String> unknown = Map.of();

    HeaderMembers(String type) {
        this.type = type;
    }

    HeaderMembers(HeaderMembers from) {
        type = from.type;
        id = from.id;
        origin = from.origin;
        timestamp = from.timestamp;
        hash = from.hash;
        version = from.version;
        key = from.key;
        correlationId = from.correlationId;
        causationId = from.causationId;
        tenantId = from.tenantId;
        userId = from.userId;
        sessionId = from.sessionId;
        classification = from.classification;
        originVersion = from.originVersion;
        traceparent = from.traceparent;
        context = from.context.isEmpty() ? Map.of() : new LinkedHashMap<>(from.context);
        unknown = from.unknown.isEmpty() ? Map.of() : new LinkedHashMap<>(from.unknown);
    }

    void putContext(String name, String value) {
        HeaderRules.requireContext(context, name, value);
        context = with(context, name, value);
    }

    void putUnknown(String name, String json) {
        HeaderRules.requireUnknown(name, json);
        unknown = with(unknown, name, json);
    }

    void check() {
        EventTypes.requireValid(type);
        HeaderRules.optionalText("id", id);
        HeaderRules.requireName("version", version);
        if (!origin.isEmpty()) {
            HeaderRules.requireName("origin", origin);
        }
        if (originVersion != null) {
            HeaderRules.requireName("originVersion", originVersion);
        }
        if (!hash.isEmpty()) {
            HeaderRules.optionalText("hash", hash);
        }
        HeaderRules.optionalText("key", key);
        if (!Objects.equals(correlationId, id)) {
            HeaderRules.optionalText("correlationId", correlationId);
        }
        HeaderRules.optionalText("causationId", causationId);
        HeaderRules.optionalText("tenantId", tenantId);
        HeaderRules.optionalText("userId", userId);
        HeaderRules.optionalText("sessionId", sessionId);
        HeaderRules.optionalText("traceparent", traceparent);
        if (timestamp != null) {
            HeaderRules.requireTimestamp(timestamp);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HeaderMembers that && Arrays.equals(state(), that.state());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(state());
    }

    private @Nullable Object[] state() {
        return new @Nullable Object[] {
            type,
            id,
            origin,
            timestamp,
            hash,
            version,
            key,
            correlationId,
            causationId,
            tenantId,
            userId,
            sessionId,
            classification,
            originVersion,
            traceparent,
            context,
            unknown
        };
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> grown = map.isEmpty() ? new LinkedHashMap<>() : map;
        grown.put(name, value);
        return grown;
    }
}
