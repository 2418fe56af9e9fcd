package dev.millrace.consumer;

import dev.millrace.redis.internal.StreamArchive;
import dev.millrace.redis.internal.StreamEntry;
import dev.millrace.redis.internal.StreamId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through dead letters, oldest first, a page at a time, and knows which of them it has seen already: a letter may have
 * been written twice. For one thread.
 */
final class DeadLetterScan {

    /** Few, for the bodies come along. */
    private static final int PAGE = 50;

    private final StreamArchive archive;
    private final Pacer pacer;
    private final String stream;
    private final DeadLetterFilter filter;
    private final StreamId last;
    private final Set<String> seen = new HashSet<>();
    private final Deque<StreamEntry> page = new ArrayDeque<>();
    private @Nullable StreamId from;

    /**
     * What is there now, from the given id on; not what comes later.
     */
    DeadLetterScan(StreamArchive archive, Pacer pacer, String stream, DeadLetterFilter filter, StreamId from)
            throws InterruptedException {
        this.archive = archive;
        this.pacer = pacer;
        this.stream = stream;
        this.filter = filter;
        StreamId end = pacer.<@Nullable StreamId>ask(() -> archive.lastId(stream));
        this.last = filter.highest(end == null ? StreamId.MIN : end);
        this.from = from.compareTo(filter.lowest()) < 0 ? filter.lowest() : from;
    }

    /** The next that matches, repeats included; null after the last. */
    @Nullable
    Letter next() throws InterruptedException {
        while (true) {
            StreamEntry entry = page.poll();
            if (entry == null) {
                if (!turn()) {
                    return null;
                }
                continue;
            }
            Letter letter = Letter.read(entry);
            if (filter.matches(letter)) {
                return letter;
            }
        }
    }

    /** Whether an earlier one of this scan is of the same event. */
    boolean repeats(Letter letter) {
        return !letter.shown().entryId().isEmpty() && !seen.add(letter.key());
    }

    private boolean turn() throws InterruptedException {
        StreamId begin = from;
        if (begin == null || begin.compareTo(last) > 0) {
            return false;
        }
        List<StreamEntry> read = pacer.ask(() -> archive.range(stream, begin, last, PAGE));
        page.addAll(read);
        from = read.size() < PAGE ? null : read.get(PAGE - 1).id().next();
        return !read.isEmpty();
    }
}
