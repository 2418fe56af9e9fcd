package dev.millrace.event.internal;

import dev.millrace.event.InvalidEventException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the members of a header may hold. Messages show values only of members that identify no person. */
public final class HeaderRules {

    private static final int MAX_TEXT = 1024;
    private static final int MAX_NAME = 255;
    private static final int MAX_CONTEXT_VALUE = 4096;
    private static final int MAX_CONTEXT_MEMBERS = 64;
    private static final long FIRST_SECOND =
            Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final Set<String> SHOWN = Set.of("origin", "version", "originVersion", "id", "hash", "traceparent");
    private static final Set<String> KNOWN = Set.of(
            "id",
            "type",
            "origin",
            "timestamp",
            "hash",
            "version",
            "key",
            "correlationId",
            "causationId",
            "tenantId",
            "userId",
            "sessionId",
            "classification",
            "originVersion",
            "traceparent",
            "context");

    private HeaderRules() {}

    /**
     * Checks a text member that may be absent: not blank, at most 1024 characters, none of them a control character.
     *
     * @param member its name
     * @param value its value
     */
    public static void optionalText(String member, @Nullable String value) {
        if (value != null) {
            text(member, value, 1, MAX_TEXT);
        }
    }

    /**
     * Checks a text member that names something: as other texts, and at most 255 characters.
     *
     * @param member its name
     * @param value its value
     */
    public static void requireName(String member, String value) {
        text(member, value, 1, MAX_NAME);
    }

    /**
     * Checks that a timestamp has a four-digit year.
     *
     * @param timestamp the timestamp
     */
    public static void requireTimestamp(Instant timestamp) {
        long second = timestamp.getEpochSecond();
        if (second < FIRST_SECOND || second > LAST_SECOND) {
            throw new InvalidEventException("timestamp is outside the years 0000 to 9999; set one that lies within");
        }
    }

    /**
     * Checks a member about to join a context.
     *
     * @param context the context so far
     * @param name the new member's name
     * @param value the new member's value
     */
    public static void requireContext(Map<String, String> context, String name, String value) {
        requireName("name of a context member", name);
        Objects.requireNonNull(value, () -> "value of context member '" + name + "'; leave the member out instead");
        text("value of a context member", value, 0, MAX_CONTEXT_VALUE);
        if (context.size() >= MAX_CONTEXT_MEMBERS && !context.containsKey(name)) {
            throw new InvalidEventException(
                    "context has " + MAX_CONTEXT_MEMBERS + " members already; put more into the body");
        }
    }

    /** Whether this version has a meaning for a member of this name. */
    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    /**
     * Checks a member that this version does not know.
     *
     * @param name its name
     * @param json its value as JSON text
     */
    public static void requireUnknown(String name, String json) {
        if (isKnown(name)) {
            throw new InvalidEventException("'" + name + "' is a known member; set it through its own method");
        }
        try {
            JsonText.requireOneValue(json.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedEntryException e) {
            throw new InvalidEventException("unknown member '" + shown(name) + "' is not JSON text: " + e.getMessage());
        }
    }

    /** At most 64 characters of a text, without those that would break a log line. */
    static String shown(String text) {
        String cut = text.length() <= 64 ? text : text.substring(0, 64) + "…";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cs}\\u2028\\u2029]", "?");
    }

    private static void text(String member, String value, int min, int max) {
        if (min > 0 && value.isBlank()) {
            throw new InvalidEventException(member + " is blank; set it to a text or leave it out");
        }
        if (value.length() > max) {
            throw tooLong(member, value.length(), max);
        }
        if (!isPlain(value)) {
            requirePrintable(member, value);
        }
    }

    /** Whether all of it is printable ASCII, which nearly every text is: looked at without a branch for each character. */
    private static boolean isPlain(String value) {
        int outside = 0;
        for (int i = 0; i < value.length(); i++) {
            int c = value.charAt(i);
            // One of them is negative if it is outside.
            outside |= (c - 0x20) | (0x7e - c);
        }
        return outside >= 0;
    }

    private static void requirePrintable(String member, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || (c >= 0x7f && !isPrintable(value, i, c))) {
                String shown = SHOWN.contains(member) ? " '" + shown(value) + "'" : "";
                throw new InvalidEventException(member + shown
                        + " has a control character or half a surrogate pair at position " + i + "; take it out");
            }
        }
    }

    private static boolean isPrintable(String value, int at, char c) {
        if (Character.isHighSurrogate(c)) {
            return at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
        }
        return !Character.isISOControl(c);
    }

    private static InvalidEventException tooLong(String member, int length, int max) {
        return new InvalidEventException(
                member + " has " + length + " characters; at most " + max + " are allowed, so shorten it");
    }
}
