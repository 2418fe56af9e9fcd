package dev.millrace.consumer;

import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The idempotency keys of what a replay handed out lately, by the time of the entries, up to a limit. For one thread. */
final class RecentKeys {

    private final long windowMillis;
    private final int most;
    private final Map<String, Long> seen = new LinkedHashMap<>();

    RecentKeys(long windowMillis, int most) {
        this.windowMillis = windowMillis;
        this.most = most;
    }

    /** Whether this key came within the window before; remembers it if not, and forgets the oldest beyond the limit. */
    boolean repeats(byte[] key, long millis) {
        forget(millis - windowMillis);
        return seen.putIfAbsent(HexFormat.of().formatHex(key), millis) != null;
    }

    private void forget(long oldest) {
        Iterator<Long> times = seen.values().iterator();
        while (times.hasNext()) {
            if (times.next() >= oldest && seen.size() < most) {
                return;
            }
            times.remove();
        }
    }
}
