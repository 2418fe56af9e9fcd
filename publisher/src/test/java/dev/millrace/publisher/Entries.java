package dev.millrace.publisher;

import dev.millrace.redis.internal.StreamId;
import dev.millrace.testkit.RedisServer;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Looks at stream entries from outside. */
final class Entries {

    /** The order of the stream. */
    static final Comparator<String> BY_ID = Comparator.comparing(StreamId::parse);

    private static final Pattern NUMBER = Pattern.compile("\"body\":\\{[^}]*\"n\":(\\d+)");

    private Entries() {}

    /** The member {@code n} of each body, in the order of the stream. */
    static List<Integer> numbers(RedisServer server, String stream) {
        return NUMBER.matcher(server.cli("XRANGE", stream, "-", "+"))
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }
}
