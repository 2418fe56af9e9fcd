package dev.millrace.consumer;

import dev.millrace.event.Health;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Whether a server gets on with its work: progress of its loops, not an answer to a ping. Thread-safe. */
final class Pulse {

    /** How long a round may be overdue. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final InstantSource clock;
    private Health last;

    Pulse(InstantSource clock) {
        this.clock = clock;
        this.last = Health.up(clock.instant());
    }

    /** Looks at these loops. */
    synchronized Health health(List<LoopThread> loops) {
        for (LoopThread loop : loops) {
            if (loop.stuck(PATIENCE)) {
                return down(loop);
            }
        }
        if (!last.up()) {
            last = Health.up(clock.instant());
        }
        return last;
    }

    private Health down(LoopThread loop) {
        ConsumerStatus.LoopStatus status = loop.status();
        String why = status.lastFailure() == null ? "its round does not end" : status.lastFailure();
        String reason =
                status.name() + ": no progress for " + status.sinceProgress().toSeconds() + " s: " + why;
        Instant since = last.up() ? clock.instant().minus(status.sinceProgress()) : last.since();
        last = Health.down(reason, since);
        return last;
    }
}
