package dev.millrace.publisher;

import dev.millrace.redis.internal.StreamId;
import java.util.Comparator;

/** Looks at stream entries from outside. */
final class Entries {

    /** The order of the stream. */
    static final Comparator<String> BY_ID = Comparator.comparing(StreamId::parse);

    private Entries() {}
}
