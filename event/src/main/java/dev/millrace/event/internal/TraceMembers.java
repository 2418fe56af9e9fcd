package dev.millrace.event.internal;

import dev.millrace.event.EventHeader;
import org.jspecify.annotations.Nullable;

/**
 * Where a header carries what tracers hand from process to process: {@code traceparent} is a member of its own, others (W3C's
 * {@code tracestate}, B3) stand beside it under the names that the tracer gives them.
 */
public final class TraceMembers {

    private static final String TRACEPARENT = "traceparent";

    private TraceMembers() {}

    /**
     * Sets what a tracer wants to find again.
     *
     * @param header the header to carry it
     * @param name the tracer's name for it; where that is a header member's (baggage named {@code tenantId}), it is left out
     * @param value printable ASCII, as in an HTTP header; anything else is left out
     */
    public static void set(EventHeader.Builder header, String name, String value) {
        if (name.equals(TRACEPARENT)) {
            header.traceparent(value);
        } else if (isPlain(value) && !HeaderRules.isKnown(name)) {
            header.unknownMember(name, '"' + value + '"');
        }
    }

    /**
     * What {@link #set} set.
     *
     * @param header the header that carries it
     * @param name the tracer's name for it
     * @return null if there is none
     */
    public static @Nullable String get(EventHeader header, String name) {
        if (name.equals(TRACEPARENT)) {
            return header.traceparent();
        }
        String json = header.unknownMembers().get(name);
        if (json == null || json.length() < 2 || !json.startsWith("\"") || !json.endsWith("\"")) {
            return null;
        }
        return json.substring(1, json.length() - 1);
    }

    private static boolean isPlain(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '"' && c != '\\');
    }
}
