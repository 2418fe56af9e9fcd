package dev.millrace.consumer;

import dev.millrace.consumer.History.Kind;
import java.util.List;

/**
 * A window between two steps in which a process can die, and what that leaves: a row of the table in {@code
 * docs/recovery.md}. Every event is still in its stream in all of them.
 */
record CrashWindow(
        Kind kind,
        String step,
        String text,
        long pending,
        long claims,
        long dead,
        String resumes,
        int begun,
        int effects) {

    static final List<CrashWindow> ALL = List.of(
            new CrashWindow(Kind.OK, "before read", "the read", 0, 0, 0, "the next read of anyone", 1, 1),
            new CrashWindow(Kind.OK, "after read", "read, not claimed", 1, 0, 0, "the next sweep", 1, 1),
            new CrashWindow(
                    Kind.OK,
                    "after claim",
                    "claimed, handler not begun",
                    1,
                    1,
                    0,
                    "the next sweep: the claim is the entry's own",
                    1,
                    1),
            new CrashWindow(Kind.OK, "in handler", "handler begun", 1, 1, 0, "the next sweep", 2, 1),
            new CrashWindow(
                    Kind.OK, "after handler", "handler done, not acknowledged", 1, 1, 0, "the next sweep", 2, 2),
            new CrashWindow(Kind.OK, "after ack", "acknowledged, answer not seen", 0, 1, 0, "nobody: it is done", 1, 1),
            new CrashWindow(
                    Kind.FLAKY,
                    "before touch",
                    "failed once, retry not recorded",
                    1,
                    1,
                    0,
                    "the next sweep, with the first attempt",
                    3,
                    1),
            new CrashWindow(
                    Kind.FLAKY,
                    "after touch",
                    "retry recorded, not begun",
                    1,
                    1,
                    0,
                    "the next sweep, with the attempt after",
                    2,
                    1),
            new CrashWindow(
                    Kind.FATAL,
                    "before dead_letter",
                    "given up, not moved",
                    1,
                    1,
                    0,
                    "the next sweep, which handles it again",
                    2,
                    0),
            new CrashWindow(
                    Kind.FATAL, "after dead_letter", "moved, answer not seen", 0, 0, 1, "nobody: it is done", 1, 0),
            new CrashWindow(
                    Kind.MALFORMED,
                    "before dead_letter",
                    "cannot be decoded, not moved",
                    1,
                    0,
                    0,
                    "the next sweep",
                    0,
                    0),
            new CrashWindow(
                    Kind.HUGE,
                    "before settle_dead",
                    "moved in two steps (another slot, or over 3,500 fields), the first done",
                    1,
                    0,
                    1,
                    "the next sweep, which moves it again",
                    0,
                    0),
            new CrashWindow(
                    Kind.UNKNOWN, "before ack", "no handler, not acknowledged", 1, 0, 0, "the next sweep", 0, 0),
            new CrashWindow(
                    Kind.TWIN,
                    "before ack",
                    "two equal ones, the first handled, none acknowledged",
                    2,
                    1,
                    0,
                    "the next sweep: the first is handled again, the second still a duplicate",
                    2,
                    2));

    /** What Redis holds of the event. */
    record State(long pending, long claims, long dead) {}

    /** What the crash leaves. */
    State left() {
        return new State(pending, claims, dead);
    }

    /** How many dead letters there are in the end. */
    long deadInTheEnd() {
        return switch (kind) {
            case HUGE -> 2;
            case FATAL, MALFORMED -> 1;
            default -> 0;
        };
    }

    /** Its line in the table. */
    String markdown() {
        return "| " + text + " | " + (pending == 0 ? "no" : "yes") + " | "
                + (claims == 0 ? "none" : "held") + " | " + dead + " | " + resumes + " | " + begun + " / "
                + effects + " |";
    }
}
