package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.validation.EventValidator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** A server's configuration, checked: what {@link ConsumerServerBuilder#build()} makes of its options. */
record ConsumerSettings(
        SubscriptionName name,
        StartFrom startFrom,
        String deadLetterStream,
        RetryPolicy retry,
        IdempotencyPolicy idempotency,
        UnhandledPolicy unhandled,
        int concurrency,
        int maxPending,
        int maxDeliveries,
        Duration claimIdle,
        Duration readBlock,
        Duration commandTimeout,
        Duration closeTimeout,
        EventValidator validator,
        BodyCodec codec,
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
}
