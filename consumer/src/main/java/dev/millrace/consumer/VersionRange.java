package dev.millrace.consumer;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Schema versions from one to another. Immutable. */
final class VersionRange {

    private static final Pattern RANGE = Pattern.compile("([\\[(])([^,]*),([^,]*)([\\])])");
    private static final Pattern VERSION = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){0,3}([-+].*)?");
    private static final Pattern SUFFIX = Pattern.compile("[-+].*");

    private final String text;
    private final @Nullable Bound least;
    private final @Nullable Bound most;

    /** One end of the range. */
    private record Bound(String version, boolean included) {}

    private VersionRange(String text, @Nullable Bound least, @Nullable Bound most) {
        this.text = text;
        this.least = least;
        this.most = most;
    }

    /**
     * Reads a range, {@code [1.0.0,2.0.0)}: a square bracket includes its end, a round one does not, an end left out is open;
     * or a single version.
     *
     * @throws IllegalArgumentException if it is none, or contains nothing
     */
    static VersionRange of(String text) {
        String dense = text.replace(" ", "");
        if (readable(dense)) {
            return exactly(dense);
        }
        Matcher parts = RANGE.matcher(dense);
        if (!parts.matches()) {
            throw refused(text, "[1.0.0,2.0.0), [1.2,) or a single version, 1.2.0");
        }
        Bound least = bound(text, group(parts, 2), group(parts, 1).equals("["));
        Bound most = bound(text, group(parts, 3), group(parts, 4).equals("]"));
        if (least != null && most != null) {
            int order = compare(least.version(), most.version());
            if (order > 0 || (order == 0 && !(least.included() && most.included()))) {
                throw refused(text, "a lower version before a higher one: it contains none");
            }
        }
        return new VersionRange(dense, least, most);
    }

    private static String group(Matcher parts, int number) {
        return Objects.requireNonNull(parts.group(number));
    }

    private static @Nullable Bound bound(String text, String version, boolean included) {
        if (version.isEmpty()) {
            return null;
        }
        if (!readable(version)) {
            throw refused(text, "numbers joined by dots for a version, not '" + version + "'");
        }
        return new Bound(version, included);
    }

    private static VersionRange exactly(String version) {
        Bound only = new Bound(version, true);
        return new VersionRange(version, only, only);
    }

    /** The versions that share this one's first number; if it has none, this one alone. */
    static VersionRange compatibleWith(String version) {
        if (!readable(version)) {
            return exactly(version);
        }
        long major = Long.parseLong(numbers(version)[0]);
        return of("[" + major + ".0.0," + (major + 1) + ".0.0)");
    }

    /** Whether this version is one of them; what follows a dash or a plus does not count. */
    boolean contains(String version) {
        if (version.equals(text)) {
            return true;
        }
        return readable(version) && (least == null || above(least, version)) && (most == null || below(most, version));
    }

    private static boolean above(Bound least, String version) {
        int order = readable(least.version()) ? compare(version, least.version()) : -1;
        return order > 0 || (order == 0 && least.included());
    }

    private static boolean below(Bound most, String version) {
        int order = compare(version, most.version());
        return order < 0 || (order == 0 && most.included());
    }

    private static int compare(String one, String other) {
        String[] mine = numbers(one);
        String[] theirs = numbers(other);
        for (int i = 0; i < Math.max(mine.length, theirs.length); i++) {
            int order = Long.compare(number(mine, i), number(theirs, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static boolean readable(String version) {
        return VERSION.matcher(version).matches();
    }

    private static String[] numbers(String version) {
        return SUFFIX.matcher(version).replaceFirst("").split("\\.", -1);
    }

    private static long number(String[] numbers, int index) {
        return index < numbers.length ? Long.parseLong(numbers[index]) : 0;
    }

    private static IllegalArgumentException refused(String text, String mend) {
        return new IllegalArgumentException("versions: got '" + text + "'; use " + mend);
    }

    @Override
    public String toString() {
        return text;
    }
}
