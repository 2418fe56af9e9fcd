package dev.millrace.routing;

import java.util.List;

/** A stream's name, or the template of one; checked where it is written, so that every filled-in name is a good one. */
final class StreamName {
    private static final String TYPE = "{type}";
    private static final String ORIGIN = "{origin}";
    private static final String NAMESPACE = "{namespace}";
    private static final List<String> PLACEHOLDERS = List.of(TYPE, ORIGIN, NAMESPACE);

    private final String template;

    private StreamName(String template) {
        this.template = template;
    }

    static StreamName of(String template) {
        if (template.isBlank()) {
            throw refused(template, "it is empty; name a stream, as in order-events or {namespace}-events");
        }
        if (template.chars().anyMatch(Character::isISOControl)) {
            throw refused(template.strip(), "it has a control character; remove it");
        }
        requireOneTag(template);
        return new StreamName(template);
    }

    boolean usesOrigin() {
        return template.contains(ORIGIN);
    }

    String fill(String type, String origin) {
        if (template.indexOf('{') < 0) {
            return template;
        }
        // The origin comes last: what it holds is text, never a placeholder.
        return template.replace(TYPE, type).replace(NAMESPACE, namespace(type)).replace(ORIGIN, origin);
    }

    @Override
    public String toString() {
        return template;
    }

    private static String namespace(String type) {
        int dot = type.indexOf('.');
        return dot < 0 ? type : type.substring(0, dot);
    }

    /** Redis hashes what stands between braces; keys that belong together share it, so it must be beyond doubt. */
    private static void requireOneTag(String template) {
        String filled = template;
        for (String placeholder : PLACEHOLDERS) {
            filled = filled.replace(placeholder, "x");
        }
        int open = filled.indexOf('{');
        int close = filled.indexOf('}');
        if (open < 0 && close < 0) {
            return;
        }
        boolean oneOfEach = open == filled.lastIndexOf('{') && close == filled.lastIndexOf('}');
        if (!oneOfEach || open < 0 || close < open + 2) {
            throw refused(
                    template,
                    "its braces are neither one Redis hash tag, as in {orders}:eu, nor placeholders ({type}, {origin},"
                            + " {namespace}); correct or remove them");
        }
        for (String placeholder : PLACEHOLDERS) {
            if (filled.substring(open, close + 1).equalsIgnoreCase(placeholder)) {
                throw refused(template, "placeholders are written in lower case; write " + placeholder);
            }
        }
    }

    private static IllegalArgumentException refused(String template, String why) {
        return new IllegalArgumentException("stream name \"" + template + "\": " + why);
    }
}
