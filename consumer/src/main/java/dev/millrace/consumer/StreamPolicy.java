package dev.millrace.consumer;

import dev.millrace.routing.Priority;
import org.jspecify.annotations.Nullable;

/** How one of a server's streams is read. Immutable. */
public final class StreamPolicy {

    private static final StreamPolicy DEFAULTS = new StreamPolicy(Priority.NORMAL, null, null, false);

    private final Priority priority;
    private final @Nullable StartFrom startFrom;
    private final @Nullable String deadLetterStream;
    private final boolean paused;

    private StreamPolicy(
            Priority priority, @Nullable StartFrom startFrom, @Nullable String deadLetterStream, boolean paused) {
        this.priority = priority;
        this.startFrom = startFrom;
        this.deadLetterStream = deadLetterStream;
        this.paused = paused;
    }

    /** Normal priority, and whatever the server says about the rest. */
    public static StreamPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * Free permits go to the streams of the highest priority first; a tenth of them stays for the others. Default: {@link
     * Priority#NORMAL}.
     */
    public StreamPolicy priority(Priority priority) {
        return new StreamPolicy(priority, startFrom, deadLetterStream, paused);
    }

    /** Where a group begins when it is created for the first time. Default: the server's. */
    public StreamPolicy startFrom(StartFrom position) {
        return new StreamPolicy(priority, position, deadLetterStream, paused);
    }

    /**
     * The stream for events that were given up, see {@link ConsumerServerBuilder#deadLetterStream}. Default: the server's, or {@code
     * {stream}:dead}.
     */
    public StreamPolicy deadLetterStream(String name) {
        return new StreamPolicy(priority, startFrom, name, paused);
    }

    /** Whether nothing is read before {@link ConsumerServer#resume(String)}. Default: false. */
    public StreamPolicy startPaused(boolean paused) {
        return new StreamPolicy(priority, startFrom, deadLetterStream, paused);
    }

    Priority priority() {
        return priority;
    }

    StartFrom startFromOr(StartFrom otherwise) {
        return startFrom == null ? otherwise : startFrom;
    }

    @Nullable
    String deadLetterStreamOr(@Nullable String otherwise) {
        return deadLetterStream == null ? otherwise : deadLetterStream;
    }

    boolean startPaused() {
        return paused;
    }
}
