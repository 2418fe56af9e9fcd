package dev.millrace.event;

import dev.millrace.event.internal.EventIds;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who, what and when of an event; immutable.
 *
 * <p>Texts are 1–1024 characters, not blank, and free of control characters and unpaired surrogates; {@code type},
 * {@code origin}, {@code version} and {@code originVersion} are at most 255. A context has at most 64 members with values
 * of 0–4096 characters.
 */
public final class EventHeader {

    /** Never changed after the constructor. */
    private final HeaderMembers members;

    private final String id;
    private final Instant timestamp;

    private EventHeader(HeaderMembers members, String id, Instant timestamp) {
        this.members = members;
        this.id = id;
        this.timestamp = timestamp;
    }

    /** Starts a header for this type; {@code build()} checks it. */
    public static Builder builder(String type) {
        return new Builder(new HeaderMembers(type));
    }

    /** Starts a header that begins with everything this one has. */
    public Builder toBuilder() {
        return new Builder(members, this);
    }

    /** Unique id; a UUIDv7 unless one was set. */
    public String id() {
        return id;
    }

    /** Dotted type, for instance {@code order.paid}. */
    public String type() {
        return members.type;
    }

    /** The publishing service; empty until the event is published. */
    public String origin() {
        return members.origin;
    }

    /** When it happened, in whole milliseconds. */
    public Instant timestamp() {
        return timestamp;
    }

    /** Lower-case hex SHA-256 of the serialised body; empty until the event is published. */
    public String hash() {
        return members.hash;
    }

    /** The body's schema version; default {@code 1.0.0}. */
    public String version() {
        return members.version;
    }

    /** What the event is ordered and partitioned by, such as an aggregate's id. */
    public @Nullable String key() {
        return members.key;
    }

    /** What ties the events of one flow together; of a received event never null, and by default its own id. */
    public @Nullable String correlationId() {
        return members.correlationId;
    }

    /** The id of the event that led to this one. */
    public @Nullable String causationId() {
        return members.causationId;
    }

    /** The tenant it belongs to. */
    public @Nullable String tenantId() {
        return members.tenantId;
    }

    /** The user who caused it. */
    public @Nullable String userId() {
        return members.userId;
    }

    /** The session it was caused in. */
    public @Nullable String sessionId() {
        return members.sessionId;
    }

    /** How confidential its body is. */
    public @Nullable Classification classification() {
        return members.classification;
    }

    /** The publishing service's version. */
    public @Nullable String originVersion() {
        return members.originVersion;
    }

    /** W3C trace context. */
    public @Nullable String traceparent() {
        return members.traceparent;
    }

    /** Free members with text values, in insertion order; never null, immutable. */
    public Map<String, String> context() {
        return Collections.unmodifiableMap(members.context);
    }

    /**
     * Received members that this version does not know, as JSON text by name; they are written again as they came. A
     * context member that is not a text stands here under {@code context/<name>}. Never null, immutable.
     */
    public Map<String, String> unknownMembers() {
        return Collections.unmodifiableMap(members.unknown);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EventHeader that && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** Id, type and origin only: whose event it is never reaches a log line by accident. */
    @Override
    public String toString() {
        return "EventHeader[id=" + id + ", type=" + members.type + ", origin=" + members.origin + "]";
    }

    /** Collects a header's members; {@code build()} checks them. For one thread. Null takes an optional member away. */
    public static final class Builder {

        private HeaderMembers members;

        /** Whether a header has them, which must not change. */
        private boolean given;

        /** The header that says the same as long as nothing is changed; null if there is none. */
        private @Nullable EventHeader unchanged;

        private Builder(HeaderMembers members) {
            this.members = members;
        }

        private Builder(HeaderMembers members, EventHeader from) {
            this.members = members;
            this.given = true;
            this.unchanged = from;
        }

        /** Dotted type: 1–255 characters, segments of {@code [A-Za-z0-9_-]+} joined by dots. */
        public Builder type(String value) {
            own().type = value;
            return this;
        }

        /** Unique id; default a fresh UUIDv7. */
        public Builder id(String value) {
            own().id = value;
            return this;
        }

        /** The publishing service; the publisher fills it if it is left out. */
        public Builder origin(String value) {
            own().origin = value;
            return this;
        }

        /** When it happened, cut to milliseconds, years 0 to 9999; default now. */
        public Builder timestamp(Instant value) {
            own().timestamp = value;
            return this;
        }

        /** Hash of the serialised body; computed when the event is encoded if it is left out. */
        public Builder hash(String value) {
            own().hash = value;
            return this;
        }

        /** The body's schema version; default {@code 1.0.0}. */
        public Builder version(String value) {
            own().version = value;
            return this;
        }

        /** What to order and partition by; default none. */
        public Builder key(@Nullable String value) {
            own().key = value;
            return this;
        }

        /** What ties a flow together; default none here, and the event's own id where it is received. */
        public Builder correlationId(@Nullable String value) {
            own().correlationId = value;
            return this;
        }

        /** The id of the event that led to this one; default none. */
        public Builder causationId(@Nullable String value) {
            own().causationId = value;
            return this;
        }

        /** The tenant; default none. */
        public Builder tenantId(@Nullable String value) {
            own().tenantId = value;
            return this;
        }

        /** The user; default none. */
        public Builder userId(@Nullable String value) {
            own().userId = value;
            return this;
        }

        /** The session; default none. */
        public Builder sessionId(@Nullable String value) {
            own().sessionId = value;
            return this;
        }

        /** How confidential the body is; default none. */
        public Builder classification(@Nullable Classification value) {
            own().classification = value;
            return this;
        }

        /** The publishing service's version; default none. */
        public Builder originVersion(@Nullable String value) {
            own().originVersion = value;
            return this;
        }

        /** W3C trace context; default none. */
        public Builder traceparent(@Nullable String value) {
            own().traceparent = value;
            return this;
        }

        /** Adds a free member, replacing one of the same name; default none. */
        public Builder context(String name, String value) {
            own().putContext(name, value);
            return this;
        }

        /** Adds a member that this version does not know, as JSON text; for copying what was received. */
        public Builder unknownMember(String name, String json) {
            own().putUnknown(name, json);
            return this;
        }

        /** Checks the members and builds the header, by the system's clock. */
        public EventHeader build() {
            return build(InstantSource.system());
        }

        /** Checks the members and builds the header; the clock gives id and timestamp where they are left out. */
        public EventHeader build(InstantSource clock) {
            if (unchanged != null) {
                return unchanged;
            }
            // What is to be filled in is another thing in each header that is built.
            given = members.id != null && members.timestamp != null;
            HeaderMembers built = given ? members : new HeaderMembers(members);
            Instant timestamp = built.timestamp == null ? clock.instant() : built.timestamp;
            built.timestamp = timestamp.truncatedTo(ChronoUnit.MILLIS);
            built.check();
            String id = built.id == null ? EventIds.next(clock) : built.id;
            built.id = id;
            return new EventHeader(built, id, built.timestamp);
        }

        /** To be changed: a copy, once a header has them. */
        private HeaderMembers own() {
            if (given) {
                members = new HeaderMembers(members);
                given = false;
                unchanged = null;
            }
            return members;
        }
    }
}
