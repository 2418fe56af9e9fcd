package dev.millrace.publisher;

import dev.millrace.redis.internal.Retained;
import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When, at the present rate, a forced retention will reach what a group has yet to read. Pure; of one stream.
 *
 * @param atMillis when it was looked at
 * @param unreadAge how old the oldest entry is that some group still needs; zero if none is
 * @param backlog how many entries the slowest group has yet to read; -1 if Redis does not know
 */
record Forecast(long atMillis, Duration unreadAge, long backlog) {

    static Forecast of(Retained retained, long nowMillis) {
        StreamId needed = retained.oldestNeeded();
        Duration age = needed == null ? Duration.ZERO : Duration.ofMillis(Math.max(0, nowMillis - needed.millis()));
        return new Forecast(nowMillis, age, retained.lag());
    }

    /** Null if, at this rate, nothing unread is ever reached. */
    @Nullable
    Duration timeToLoss(@Nullable Forecast before, RetentionPolicy policy) {
        if (before == null || atMillis <= before.atMillis) {
            return null;
        }
        double elapsed = (double) (atMillis - before.atMillis);
        Double byAge = left(millis(unreadAge), millis(before.unreadAge), millis(policy.maxAge()), elapsed);
        Double byLength = policy.maxLength() < 0 || backlog < 0 || before.backlog < 0
                ? null
                : left((double) backlog, (double) before.backlog, (double) policy.maxLength(), elapsed);
        if (byAge == null && byLength == null) {
            return null;
        }
        double soonest =
                Math.min(byAge == null ? Double.MAX_VALUE : byAge, byLength == null ? Double.MAX_VALUE : byLength);
        return Duration.ofMillis((long) soonest);
    }

    /** Milliseconds until a value that grew like this reaches its limit. */
    private static @Nullable Double left(double now, double before, double limit, double elapsed) {
        double rate = (now - before) / elapsed;
        if (now >= limit) {
            return 0.0;
        }
        return rate <= 0 ? null : (limit - now) / rate;
    }

    private static double millis(Duration time) {
        return (double) time.toMillis();
    }
}
