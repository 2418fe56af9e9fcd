package dev.millrace.consumer;

/** What a server counts; each is a meter {@code millrace.consumer.<name>} with the tags stream and group. */
enum Counted {
    FETCHED("fetched", "entries", "read as new"),
    HANDLED("handled", "events", "handled with success"),
    FAILED("failed.attempts", "events", "attempts in which a handler threw"),
    TIMED_OUT("timeouts", "events", "attempts interrupted by their handler's time limit"),
    RETRIED("retries", "events", "attempts after the first that began"),
    DUPLICATES("duplicates", "events", "passed over: another entry holds the idempotency key"),
    DUPLICATES_OTHER_EVENT(
            "duplicates.other.event",
            "events",
            "of the duplicates, those whose holder has another event id: meant twice?"),
    IDEMPOTENCY_FORGOTTEN(
            "idempotency.forgotten",
            "records",
            "went with the oldest parts at maxRecords, released ones and those beyond the window among them"),
    NOT_FOR_US("not.for.us", "entries", "passed over: redriven or replayed for another group"),
    SKIPPED("skipped", "events", "passed over: by a filter, a transformer, a handler, or for want of one"),
    DEFERRED("deferred", "events", "put off by a filter, once for each time"),
    ACKED("acked", "entries", "acknowledged"),
    RECLAIMED("reclaimed", "entries", "taken over from consumers that fell silent"),
    HANDED_BACK("handed.back", "entries", "left to other consumers before they began"),
    LOST("lost", "entries", "trimmed or deleted while pending, never handled"),
    TRIMMED_IN_FLIGHT(
            "trimmed.in.flight",
            "entries",
            "trimmed or deleted, or passed by a recreated group, while held here; they run on from memory"),
    OWNERSHIP_LOST(
            "ownership.lost",
            "entries",
            "taken over by another consumer, or given out anew by a recreated group, while held here"),
    GROUP_RECREATED("group.recreated", "groups", "put back after somebody removed the group"),
    HOOK_FAILURES("hook.failures", "calls", "calls of a hook that threw, which changed nothing"),
    DEAD_LETTERS_DROPPED("dead.letters.dropped", "events", "oldest dead letters that went for newer ones"),
    NAMES_REMOVED("names.removed", "names", "consumer names removed that were long silent"),
    NAME_LOST("name.lost", "names", "our consumer name taken by another server while this one was silent"),
    LOOP_RESTARTS("loop.restarts", "loops", "loops started again because their thread had died"),
    LOOP_FAILURES("loop.failures", "rounds", "rounds of a loop that ended with an exception");

    private final String name;
    private final String unit;
    private final String meaning;

    Counted(String name, String unit, String meaning) {
        this.name = name;
        this.unit = unit;
        this.meaning = meaning;
    }

    ConsumerMeter meter() {
        return ConsumerMeter.counter(name, unit, meaning);
    }
}
