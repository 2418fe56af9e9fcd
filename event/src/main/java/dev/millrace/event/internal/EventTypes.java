package dev.millrace.event.internal;

import dev.millrace.event.InvalidEventException;

/** The rule for event types. */
public final class EventTypes {

    /** The most characters of a type. */
    public static final int MAX_LENGTH = 255;

    private EventTypes() {}

    /**
     * Checks an event type: 1–255 characters, segments of {@code [A-Za-z0-9_-]+} joined by dots.
     *
     * @param type the type
     * @return the type
     * @throws InvalidEventException naming the fault and its place
     */
    public static String requireValid(String type) {
        int length = type.length();
        if (length == 0 || length > MAX_LENGTH) {
            throw new InvalidEventException(
                    "type has " + length + " characters; a type has 1 to " + MAX_LENGTH + ", for instance order.paid");
        }
        int segment = 0;
        for (int i = 0; i < length; i++) {
            char c = type.charAt(i);
            if (c == '.' && segment > 0) {
                segment = 0;
            } else if (isSegmentCharacter(c)) {
                segment++;
            } else {
                throw invalid(type, i);
            }
        }
        if (segment == 0) {
            throw invalid(type, length - 1);
        }
        return type;
    }

    private static boolean isSegmentCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    private static InvalidEventException invalid(String type, int at) {
        String fault = type.charAt(at) == '.' ? "an empty segment" : "a character that is not allowed";
        return new InvalidEventException("type '" + HeaderRules.shown(type) + "' has " + fault + " at position " + at
                + "; use letters, digits, '_' and '-' in segments joined by single dots, for instance order.paid");
    }
}
