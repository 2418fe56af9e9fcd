package dev.millrace.consumer;

import dev.millrace.redis.internal.ClaimRecords;
import dev.millrace.redis.internal.Claims;
import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Removes idempotency records that nothing pending or to come can be a duplicate of, and samples how many there are. */
final class IdempotencyLoop implements Loop {

    static final Duration REST = Duration.ofSeconds(10);

    private final Claims claims;
    private final GroupKeeper keeper;
    private final ConsumerMeters meters;
    private final InstantSource clock;
    private volatile @Nullable ClaimRecords sample;
    private long forgotten;

    IdempotencyLoop(Claims claims, GroupKeeper keeper, ConsumerMeters meters, InstantSource clock) {
        this.claims = claims;
        this.keeper = keeper;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void runOnce() {
        String epoch = keeper.epoch();
        try {
            claims.sweep(epoch);
        } catch (RedisFaultException e) {
            if (e.fault().kind() != RedisFault.Kind.NOGROUP) {
                throw e;
            }
            // Whoever reads puts the group back; its records begin afresh.
        }
        sample = claims.records(epoch);
        long now = claims.dropped();
        meters.count(Counted.IDEMPOTENCY_FORGOTTEN, (int) (now - forgotten));
        forgotten = now;
    }

    /** For a gauge: as of the last round, NaN before the first. */
    double records() {
        ClaimRecords last = sample;
        return last == null ? Double.NaN : last.records();
    }

    /** For a gauge: as of the last round, NaN before the first. */
    double bytes() {
        ClaimRecords last = sample;
        return last == null ? Double.NaN : last.bytes();
    }

    /** For a gauge, in seconds, 0 if there are none: as of the last round, NaN before the first. */
    double oldestAgeSeconds() {
        ClaimRecords last = sample;
        if (last == null) {
            return Double.NaN;
        }
        return last.oldestMillis() < 0 ? 0 : Math.max(0, clock.millis() - last.oldestMillis()) / 1_000.0;
    }
}
