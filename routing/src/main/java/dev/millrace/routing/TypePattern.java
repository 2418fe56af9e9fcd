package dev.millrace.routing;

import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over dotted event types, such as {@code order.paid}, {@code order.*}, {@code order.**} or {@code **.failed}.
 *
 * <p>A segment is a literal ({@code [A-Za-z0-9_-]+}, case matters), {@code *} (exactly one segment) or {@code **} (one or
 * more segments; at most once, and only first or last). So {@code order.**} does not match {@code order} itself, and
 * {@code **} alone matches every type.
 *
 * <p>The natural order puts the most specific pattern first: more literal segments, then none before a {@code **}, then
 * more segments. A pattern that matches a part of what another one matches always comes before it. Equally specific
 * patterns are ordered by their text, so that the order is consistent with {@code equals}; where that would decide about
 * an event, {@link #isAmbiguousWith} says so.
 *
 * <p>Immutable and thread-safe; matching allocates nothing.
 */
public final class TypePattern implements Comparable<TypePattern> {
    private static final String ONE = "*";
    private static final String MANY = "**";

    /** Only what decides between routes: equally specific patterns compare as 0. */
    static final Comparator<TypePattern> BY_SPECIFICITY = Comparator.comparingInt(TypePattern::literals)
            .reversed()
            .thenComparing(TypePattern::hasMany)
            .thenComparing(Comparator.comparingInt(TypePattern::segments).reversed());

    private static final Comparator<TypePattern> ORDER = BY_SPECIFICITY.thenComparing(TypePattern::toString);

    private final String text;

    /** One element a segment; null stands for a wildcard. */
    private final @Nullable String[] segments;

    /** Where the {@code **} stands, or -1. */
    private final int many;

    private final int literals;

    private TypePattern(String text, @Nullable String[] segments, int many, int literals) {
        this.text = text;
        this.segments = segments;
        this.many = many;
        this.literals = literals;
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it is none: the message names the pattern, what is wrong with it and how to mend
     *     it
     */
    public static TypePattern of(String pattern) {
        String[] parts = TypePatternSyntax.requireValid(Objects.requireNonNull(pattern, "pattern"));
        @Nullable String[] segments = new @Nullable String[parts.length];
        int many = -1;
        int literals = 0;
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].equals(MANY)) {
                many = i;
            } else if (!parts[i].equals(ONE)) {
                segments[i] = parts[i];
                literals++;
            }
        }
        return new TypePattern(pattern, segments, many, literals);
    }

    /** Whether the type is one of this pattern's. A string with an empty segment, which no type has, never matches. */
    public boolean matches(String type) {
        if (isLiteral()) {
            return text.equals(type);
        }
        int surplus = countSegments(type) - segments.length;
        if (surplus < 0 || (surplus > 0 && !hasMany())) {
            return false;
        }
        int start = 0;
        for (int i = 0; i < segments.length; i++) {
            int end = endOfSegment(type, start);
            String literal = segments[i];
            if (literal != null && !isAt(literal, type, start, end)) {
                return false;
            }
            for (int skip = i == many ? surplus : 0; skip > 0; skip--) {
                end = endOfSegment(type, end + 1);
            }
            start = end + 1;
        }
        return true;
    }

    /** Whether the pattern has no wildcard, and so matches exactly the type that reads like it. */
    public boolean isLiteral() {
        return literals == segments.length;
    }

    /**
     * Whether the two patterns are equally specific and some type matches both, so that neither can be preferred for it:
     * {@code order.*} and {@code *.paid}, for {@code order.paid}. A pattern is ambiguous with itself.
     */
    public boolean isAmbiguousWith(TypePattern other) {
        return BY_SPECIFICITY.compare(this, other) == 0 && overlaps(other);
    }

    @Override
    public int compareTo(TypePattern other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TypePattern that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The pattern as it was written. */
    @Override
    public String toString() {
        return text;
    }

    int segments() {
        return segments.length;
    }

    boolean hasMany() {
        return many >= 0;
    }

    boolean isMoreSpecificThan(TypePattern other) {
        return BY_SPECIFICITY.compare(this, other) < 0;
    }

    /** Whether some type matches both patterns. */
    boolean overlaps(TypePattern other) {
        // Beyond the sum of both lengths a longer type adds nothing: its additional segments meet wildcards on both
        // sides.
        int longest = segments.length + other.segments.length;
        for (int n = 1; n <= longest; n++) {
            if (standIn(other, n, ONE) != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * A stand-in for all types of n segments that match both patterns, {@code filler} where any segment will do; null if there
     * are none. If filler is no segment of any pattern, then a pattern that matches the stand-in matches them all.
     */
    @Nullable
    String standIn(TypePattern other, int n, String filler) {
        if (!canHave(n) || !other.canHave(n)) {
            return null;
        }
        StringBuilder type = new StringBuilder();
        for (int i = 0; i < n; i++) {
            String mine = segmentAt(i, n);
            String theirs = other.segmentAt(i, n);
            if (mine != null && theirs != null && !mine.equals(theirs)) {
                return null;
            }
            String literal = mine == null ? theirs : mine;
            type.append(i == 0 ? "" : ".").append(literal == null ? filler : literal);
        }
        return type.toString();
    }

    /** This pattern with its final {@code *} widened to {@code **}, or null where that is no other pattern. */
    @Nullable
    TypePattern widened() {
        return !hasMany() && text.endsWith(ONE) ? of(text + ONE) : null;
    }

    private int literals() {
        return literals;
    }

    private boolean canHave(int n) {
        return hasMany() ? n >= segments.length : n == segments.length;
    }

    /** The literal that a type of n segments has at index i, or null if it may be any. */
    private @Nullable String segmentAt(int i, int n) {
        int surplus = n - segments.length;
        if (!hasMany() || i < many) {
            return segments[i];
        }
        return i <= many + surplus ? null : segments[i - surplus];
    }

    private static boolean isAt(String literal, String type, int start, int end) {
        return end - start == literal.length() && type.startsWith(literal, start);
    }

    private static int endOfSegment(String type, int start) {
        int dot = type.indexOf('.', start);
        return dot < 0 ? type.length() : dot;
    }

    /** The number of segments, or 0 if one of them is empty. */
    private static int countSegments(String type) {
        int count = 0;
        int start = 0;
        while (start <= type.length()) {
            int end = endOfSegment(type, start);
            if (end == start) {
                return 0;
            }
            count++;
            start = end + 1;
        }
        return count;
    }
}
