package dev.millrace.consumer;

import dev.millrace.consumer.History.Kind;

/**
 * The windows between two steps in which a process can die, and what that leaves: the rows of the table in {@code
 * docs/recovery.md}. Every event is still in its stream in all of them.
 */
enum CrashWindow {
    BEFORE_READ(Kind.OK, "before read", "the read", State.of(0, 0, 0), "the next read of anyone", 1, 1),
    READ(Kind.OK, "after read", "read, not claimed", State.of(1, 0, 0), "the next sweep", 1, 1),
    CLAIMED(
            Kind.OK,
            "after claim",
            "claimed, handler not begun",
            State.of(1, 1, 0),
            "the next sweep: the claim is the entry's own",
            1,
            1),
    HANDLING(Kind.OK, "in handler", "handler begun", State.of(1, 1, 0), "the next sweep", 2, 1),
    HANDLED(Kind.OK, "after handler", "handler done, not acknowledged", State.of(1, 1, 0), "the next sweep", 2, 2),
    ACKED(Kind.OK, "after ack", "acknowledged, answer not seen", State.of(0, 1, 0), "nobody: it is done", 1, 1),
    RETRY_DUE(
            Kind.FLAKY,
            "before touch",
            "failed once, retry not recorded",
            State.of(1, 1, 0),
            "the next sweep, with the first attempt",
            3,
            1),
    RETRY_RECORDED(
            Kind.FLAKY,
            "after touch",
            "retry recorded, not begun",
            State.of(1, 1, 0),
            "the next sweep, with the attempt after",
            2,
            1),
    GIVEN_UP(
            Kind.FATAL,
            "before dead_letter",
            "given up, not moved",
            State.of(1, 1, 0),
            "the next sweep, which handles it again",
            2,
            0),
    DEAD(Kind.FATAL, "after dead_letter", "moved, answer not seen", State.of(0, 0, 1), "nobody: it is done", 1, 0),
    UNREADABLE(
            Kind.MALFORMED,
            "before dead_letter",
            "cannot be decoded, not moved",
            State.of(1, 0, 0),
            "the next sweep",
            0,
            0),
    HALF_DEAD(
            Kind.HUGE,
            "before settle_dead",
            "moved in two steps (another slot, or over 3,500 fields), the first done",
            State.of(1, 0, 1),
            "the next sweep, which moves it again",
            0,
            0),
    PASSED_OVER(Kind.UNKNOWN, "before ack", "no handler, not acknowledged", State.of(1, 0, 0), "the next sweep", 0, 0),
    DUPLICATE(
            Kind.TWIN,
            "before ack",
            "two equal ones, the first handled, none acknowledged",
            State.of(2, 1, 0),
            "the next sweep: the first is handled again, the second still a duplicate",
            2,
            2);

    /** What Redis holds of the event. */
    record State(long pending, long claims, long dead) {

        static State of(long pending, long claims, long dead) {
            return new State(pending, claims, dead);
        }
    }

    final Kind kind;
    final String step;
    final String text;
    final State left;
    final String resumes;
    final int begun;
    final int effects;

    CrashWindow(Kind kind, String step, String text, State left, String resumes, int begun, int effects) {
        this.kind = kind;
        this.step = step;
        this.text = text;
        this.left = left;
        this.resumes = resumes;
        this.begun = begun;
        this.effects = effects;
    }

    /** How many dead letters there are in the end. */
    long deadInTheEnd() {
        boolean dies = kind == Kind.FATAL || kind == Kind.MALFORMED || kind == Kind.HUGE;
        return this == HALF_DEAD ? 2 : dies ? 1 : 0;
    }

    /** Its line in the table. */
    String markdown() {
        return "| " + text + " | " + (left.pending() == 0 ? "no" : "yes") + " | "
                + (left.claims() == 0 ? "none" : "held") + " | " + left.dead() + " | " + resumes + " | " + begun + " / "
                + effects + " |";
    }
}
