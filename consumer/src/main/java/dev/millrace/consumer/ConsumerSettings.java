package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.validation.EventValidator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A server's configuration, checked: what {@link ConsumerOptions#check()} makes of the options.
 *
 * @param store null for the Redis that is read
 */
record ConsumerSettings(
        String consumer,
        List<StreamSettings> streams,
        List<String> groups,
        RetryPolicy retry,
        IdempotencyPolicy idempotency,
        @Nullable IdempotencyStore store,
        OrderPolicy order,
        UnhandledPolicy unhandled,
        boolean startPaused,
        Tuning tuning,
        @Nullable Duration closeOnShutdown,
        EventValidator validator,
        BodyCodec codec,
        BodyCodecs codecs,
        List<ConsumerHooks> hooks,
        Surroundings surroundings,
        List<EventFilter> filters,
        List<DeliveryTransformer> transformers,
        InstantSource clock,
        LongSupplier ticker) {

    /** Limits that have no option of their own yet. */
    static final long MAX_DEAD_LETTERS = 100_000;

    /** How often Redis is asked how far the groups are behind. */
    static final Duration SAMPLING = Duration.ofSeconds(10);

    /** Numbers and times. */
    record Tuning(
            int concurrency,
            int maxPending,
            int maxDeliveries,
            Duration claimIdle,
            Duration readBlock,
            Duration commandTimeout,
            Duration closeTimeout,
            Duration consumerIdleLimit) {}

    int concurrency() {
        return tuning.concurrency();
    }

    int maxPending() {
        return tuning.maxPending();
    }

    int maxDeliveries() {
        return tuning.maxDeliveries();
    }

    Duration claimIdle() {
        return tuning.claimIdle();
    }

    Duration readBlock() {
        return tuning.readBlock();
    }

    Duration commandTimeout() {
        return tuning.commandTimeout();
    }

    Duration closeTimeout() {
        return tuning.closeTimeout();
    }

    Duration sweep() {
        return claimIdle().dividedBy(3);
    }

    Duration keepAlive() {
        return claimIdle().dividedBy(3);
    }

    /** For logs: what is read through what. */
    String name() {
        return String.join("+", streams.stream().map(StreamSettings::stream).toList()) + "/" + String.join("+", groups);
    }

    /** Each option with its value; Redis' address, which may hold secrets, is not among them. */
    Map<String, String> describe() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("consumer", consumer);
        options.put("streams", streams.toString());
        options.put("groups", groups.toString());
        options.put("retry", retry.toString());
        options.put("idempotency", idempotency.toString());
        options.put("order", order.toString());
        options.put("unhandled", unhandled.toString());
        options.put("startPaused", Boolean.toString(startPaused));
        options.put("concurrency", Integer.toString(concurrency()));
        options.put("maxPending", Integer.toString(maxPending()));
        options.put("maxDeliveries", Integer.toString(maxDeliveries()));
        options.put("claimIdle", claimIdle().toString());
        options.put("readBlock", readBlock().toString());
        options.put("commandTimeout", commandTimeout().toString());
        options.put("closeTimeout", closeTimeout().toString());
        options.put("closeOnShutdown", closeOnShutdown == null ? "no" : closeOnShutdown.toString());
        return Collections.unmodifiableMap(options);
    }
}
