package dev.millrace.routing;

import java.util.regex.Pattern;

/** What may be written as a {@link TypePattern}, and what is said about the rest. */
final class TypePatternSyntax {
    private static final int MAX_TYPE_LENGTH = 255;
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9_-]+");

    private TypePatternSyntax() {}

    /** The pattern's segments. */
    static String[] requireValid(String pattern) {
        if (pattern.isEmpty()) {
            throw refused(pattern, "it is empty; write ** to match every type");
        }
        String[] segments = pattern.split("\\.", -1);
        for (int i = 0; i < segments.length; i++) {
            requireValid(pattern, segments[i], i == 0 || i == segments.length - 1);
        }
        boolean many = segments[0].equals("**");
        if (many && segments.length > 1 && segments[segments.length - 1].equals("**")) {
            throw refused(pattern, "it has ** twice; keep the first or the last one");
        }
        // A ** is two characters of the pattern, and at least one of the type.
        int shortestMatch = pattern.length() - (pattern.contains("**") ? 1 : 0);
        if (shortestMatch > MAX_TYPE_LENGTH) {
            throw refused(
                    pattern.substring(0, 40) + "…",
                    "it can match nothing, because a type has at most " + MAX_TYPE_LENGTH
                            + " characters and a match of it has at least " + shortestMatch + "; shorten it");
        }
        return segments;
    }

    private static void requireValid(String pattern, String segment, boolean atAnEnd) {
        if (segment.isEmpty()) {
            throw refused(
                    pattern, "it has an empty segment; remove the dot that is too many, or write * for any segment");
        }
        boolean many = segment.equals("**");
        if ((many && atAnEnd) || segment.equals("*") || LITERAL.matcher(segment).matches()) {
            return;
        }
        if (many) {
            throw refused(pattern, "** may only be the first or the last segment; write * for each segment between");
        }
        if (segment.chars().allMatch(c -> c == '*')) {
            throw refused(
                    pattern,
                    "\"" + segment
                            + "\" is no wildcard; write * for exactly one segment or ** for one or more segments");
        }
        if (segment.indexOf('*') >= 0) {
            throw refused(
                    pattern,
                    "\"" + segment
                            + "\" mixes * with other characters; * and ** stand for whole segments, as in order.*");
        }
        throw refused(
                pattern,
                "\"" + segment + "\" is no segment; use letters A-Z and a-z, digits, _ and -, * for one segment");
    }

    private static IllegalArgumentException refused(String pattern, String why) {
        return new IllegalArgumentException("type pattern \"" + pattern + "\": " + why);
    }
}
