package dev.millrace.publisher;

import dev.millrace.redis.internal.RedisFault;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.Retained;
import dev.millrace.redis.internal.StreamId;
import dev.millrace.redis.internal.StreamRetention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what a test wants a trim to have come to, and notes what was asked. */
final class FakeRetention implements StreamRetention {

    final List<StreamId> lowest = new ArrayList<>();
    Instant now = Instant.parse("2026-03-01T00:00:00Z");
    Retained next = new Retained(0, false, 0, null, 0, 0);
    final List<StreamId> lowestDeadLetter = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final List<String> errors = new ArrayList<>();
    long deadLettersGone;
    boolean leased = true;

    /** What trimming comes to instead. */
    @Nullable
    RedisFault fault;

    RetentionLoop loop(RetentionPolicy policy, PublisherMeters meters) {
        return new RetentionLoop(
                policy, this, "billing", () -> now, meters, new RetentionLog(warnings::add, errors::add));
    }

    @Override
    public Retained trim(String stream, StreamId lowestToKeep, long length, boolean force) {
        lowest.add(lowestToKeep);
        if (fault != null) {
            throw new RedisFaultException(fault, null);
        }
        return next;
    }

    @Override
    public long trimDeadLetters(String stream, StreamId lowestToKeep) {
        lowestDeadLetter.add(lowestToKeep);
        return deadLettersGone;
    }

    @Override
    public boolean lease(String stream, String owner, Duration time) {
        return leased;
    }

    @Override
    public void close() {}
}
