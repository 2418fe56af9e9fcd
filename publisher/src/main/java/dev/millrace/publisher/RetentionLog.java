package dev.millrace.publisher;

import dev.millrace.redis.internal.Retained;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what retention takes away, or soon will, that nobody has handled. Thread-safe. */
final class RetentionLog {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionLoop.class);

    private final Consumer<String> warning;
    private final Consumer<String> error;

    RetentionLog() {
        this(LOG::warn, LOG::error);
    }

    RetentionLog(Consumer<String> warning, Consumer<String> error) {
        this.warning = warning;
        this.error = error;
    }

    /** A forced retention has passed a group. */
    void lost(String stream, long entries) {
        error.accept("Stream " + stream + ": " + entries + " entries that a group had yet to handle are gone, as told");
    }

    /** Letters that nobody has redriven in all that time. */
    void deadLettersGone(String stream, long letters, Duration age) {
        error.accept("Stream " + stream + ": " + letters + " dead letters older than " + age
                + " are gone; redrive or purge them earlier, or raise retention.maxDeadLetterAge");
    }

    /** Said once. */
    void tooMany(String stream, int most) {
        warning.accept(
                "Retention sees to the first " + most + " streams only: " + stream
                        + ", and what else comes after them, is not trimmed by this publisher, which is counted and not said again");
    }

    void heldBack(String stream, Retained retained, RetentionPolicy policy) {
        warning.accept("Stream " + stream + " has " + retained.length() + " entries, more than its retention (" + policy
                + ") would keep: a group has yet to handle " + retained.oldestNeeded() + " and on");
    }

    void soonLost(String stream, Duration time) {
        warning.accept("Stream " + stream + ": at this rate unread events are lost in " + time);
    }
}
