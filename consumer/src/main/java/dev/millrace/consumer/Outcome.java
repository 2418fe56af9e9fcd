package dev.millrace.consumer;

/** What became of an event that was handed in, as far as those know who wait for it. */
enum Outcome {
    HANDLED,
    DUPLICATE,
    SKIPPED,
    DEAD,
    /** Not at its end, but nothing is done for it now. */
    WAITING
}
