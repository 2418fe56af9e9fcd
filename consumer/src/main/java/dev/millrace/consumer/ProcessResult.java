package dev.millrace.consumer;

/**
 * What became of events that were processed by hand.
 *
 * @param handled their handlers succeeded
 * @param duplicates passed over, for another entry holds their key
 * @param skipped passed over by a filter, a transformer, a handler, or for want of a handler
 * @param dead moved to the dead letters
 * @param waiting not at their end: to be tried again, put off by a filter, not yet acknowledged in manual mode, behind one of
 *     their key that waits so, before an open circuit breaker, left to another consumer, or left pending because nobody handles
 *     them
 */
public record ProcessResult(int handled, int duplicates, int skipped, int dead, int waiting) {

    static final ProcessResult NOTHING = new ProcessResult(0, 0, 0, 0, 0);

    /** How many events these are. */
    public int events() {
        return handled + duplicates + skipped + dead + waiting;
    }

    ProcessResult plus(Outcome outcome) {
        return new ProcessResult(
                handled + (outcome == Outcome.HANDLED ? 1 : 0),
                duplicates + (outcome == Outcome.DUPLICATE ? 1 : 0),
                skipped + (outcome == Outcome.SKIPPED ? 1 : 0),
                dead + (outcome == Outcome.DEAD ? 1 : 0),
                waiting + (outcome == Outcome.WAITING ? 1 : 0));
    }

    ProcessResult plus(ProcessResult other) {
        return new ProcessResult(
                handled + other.handled,
                duplicates + other.duplicates,
                skipped + other.skipped,
                dead + other.dead,
                waiting + other.waiting);
    }
}
