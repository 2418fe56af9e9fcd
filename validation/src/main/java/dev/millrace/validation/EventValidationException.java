package dev.millrace.validation;

import java.util.List;
import java.util.stream.Collectors;

/** A body breaks the rules of its type; the message lists paths and messages, never a value of the body. */
public class EventValidationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** So that a body with ten thousand bad lines does not become a log line of a megabyte. */
    private static final int MAX_LISTED = 100;

    private final String type;

    /** Left behind by serialisation, which no part of this library uses; the message tells what they were. */
    private final transient List<Violation> violations;

    /**
     * Says what is wrong with a body.
     *
     * @param type the event's type
     * @param violations at least one; the message lists the first 100
     * @throws IllegalArgumentException if there are none
     */
    public EventValidationException(String type, List<Violation> violations) {
        super(describe(type, violations));
        this.type = type;
        this.violations = List.copyOf(violations);
    }

    /** The event's type. */
    public String type() {
        return type;
    }

    /** All of them; never empty, immutable. */
    public List<Violation> violations() {
        return violations;
    }

    /** The message for these violations. */
    static String describe(String type, List<Violation> violations) {
        int count = violations.size();
        if (count == 0) {
            throw new IllegalArgumentException(
                    "event " + type + ": a body without violations is valid; pass at least one");
        }
        return "event " + type + ": " + count + (count == 1 ? " violation: " : " violations: ")
                + violations.stream().limit(MAX_LISTED).map(Violation::toString).collect(Collectors.joining("; "))
                + (count > MAX_LISTED ? "; and " + (count - MAX_LISTED) + " more" : "");
    }
}
