package dev.millrace.consumer;

import dev.millrace.redis.internal.GroupSample;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How far a group is behind, as Redis last said; unknown once that is too long ago. Thread-safe. */
final class Backlog {

    private final StreamGroup group;
    private final InstantSource clock;
    private final Duration validity;
    private volatile @Nullable Sample last;

    private record Sample(GroupSample sample, long atMillis) {}

    /** @param validity for how long a sample is shown */
    Backlog(StreamGroup group, InstantSource clock, Duration validity) {
        this.group = group;
        this.clock = clock;
        this.validity = validity;
    }

    /** Asks Redis. */
    void sample() {
        last = new Sample(group.sample(), clock.millis());
    }

    private @Nullable GroupSample known() {
        Sample sample = last;
        return sample == null || clock.millis() - sample.atMillis() > validity.toMillis() ? null : sample.sample();
    }

    /** Null if unknown. */
    ConsumerStatus.@Nullable BacklogStatus status() {
        GroupSample sample = known();
        return sample == null
                ? null
                : new ConsumerStatus.BacklogStatus(sample.pending(), oldestPendingAge(sample), sample.lag());
    }

    /** For a gauge: NaN if unknown. */
    double lag() {
        GroupSample sample = known();
        return sample == null ? Double.NaN : sample.lag();
    }

    /** For a gauge: NaN if unknown. */
    double pending() {
        GroupSample sample = known();
        return sample == null ? Double.NaN : sample.pending();
    }

    /** For a gauge, in seconds, 0 if nothing is pending: NaN if unknown. */
    double oldestPendingSeconds() {
        GroupSample sample = known();
        if (sample == null) {
            return Double.NaN;
        }
        return oldestPendingAge(sample).toMillis() / 1_000.0;
    }

    /** Since the oldest pending entry was added, by its id; zero if nothing is pending. */
    private Duration oldestPendingAge(GroupSample sample) {
        StreamId oldest = sample.oldestPending();
        return oldest == null ? Duration.ZERO : Duration.ofMillis(Math.max(0, clock.millis() - oldest.millis()));
    }
}
