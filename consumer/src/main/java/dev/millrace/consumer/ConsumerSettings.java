package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.validation.EventValidator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/** A server's configuration, checked: what {@link ConsumerOptions#check()} makes of the options. */
record ConsumerSettings(
        String consumer,
        List<StreamSettings> streams,
        List<String> groups,
        RetryPolicy retry,
        IdempotencyPolicy idempotency,
        OrderPolicy order,
        UnhandledPolicy unhandled,
        boolean startPaused,
        int concurrency,
        int maxPending,
        int maxDeliveries,
        Duration claimIdle,
        Duration readBlock,
        Duration commandTimeout,
        Duration closeTimeout,
        EventValidator validator,
        BodyCodec codec,
        List<ConsumerHooks> hooks,
        InstantSource clock,
        LongSupplier ticker) {

    /** Limits that have no option of their own yet. */
    static final long MAX_RECORDS = 1_000_000;

    static final long MAX_DEAD_LETTERS = 100_000;

    Duration sweep() {
        return claimIdle.dividedBy(3);
    }

    Duration keepAlive() {
        return claimIdle.dividedBy(3);
    }

    /** For logs: what is read through what. */
    String name() {
        return String.join("+", streams.stream().map(StreamSettings::stream).toList()) + "/" + String.join("+", groups);
    }
}
