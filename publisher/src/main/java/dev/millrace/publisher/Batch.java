package dev.millrace.publisher;

import dev.millrace.redis.internal.AppendResult;
import dev.millrace.redis.internal.RedisFault;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events that were sent in one flight; answered on any thread, otherwise confined to the send loop. */
final class Batch {

    private static final Duration LEAST_ATTEMPT = Duration.ofSeconds(1);

    private final Lane lane;
    private final List<PendingEvent> events;
    private volatile List<AppendResult> results = List.of();

    Batch(Lane lane, List<PendingEvent> events) {
        this.lane = lane;
        this.events = events;
    }

    Lane lane() {
        return lane;
    }

    List<PendingEvent> events() {
        return events;
    }

    /**
     * How long the target has for it: by the youngest event, so that an old one's end does not make its neighbours' outcomes
     * unknown; and no less than an answer may take, for with this one the whole connection would be given up.
     */
    Duration attemptTimeout(PublisherSettings.Timeouts timeouts, long now) {
        PendingEvent youngest = events.get(events.size() - 1);
        Duration left = timeouts.delivery().minusNanos(now - youngest.acceptedAt());
        Duration enough = left.compareTo(LEAST_ATTEMPT) < 0 ? LEAST_ATTEMPT : left;
        return enough.compareTo(timeouts.attempt()) < 0 ? enough : timeouts.attempt();
    }

    /** Takes the target's answer; one that makes no sense leaves every outcome unknown. */
    void answer(@Nullable List<AppendResult> answer, @Nullable Throwable error) {
        if (answer != null && answer.size() == events.size()) {
            results = answer;
            return;
        }
        String message = error == null ? "the target's answer does not fit the batch" : String.valueOf(error);
        AppendResult unknown = new AppendResult(null, new RedisFault(RedisFault.Kind.CONNECTION_LOST, message));
        results = Collections.nCopies(events.size(), unknown);
    }

    /** Why the server has judged none of it; null if it has judged anything. */
    @Nullable
    RedisFault serverAway() {
        RedisFault away = null;
        for (@Nullable AppendResult result : results) {
            away = result == null ? null : result.fault();
            if (away == null || !away.serverAway()) {
                return null;
            }
        }
        return away;
    }

    AppendResult result(int index) {
        return results.get(index);
    }
}
