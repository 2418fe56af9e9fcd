package dev.millrace.consumer;

import dev.millrace.redis.internal.GroupOptions;
import dev.millrace.redis.internal.RedisLink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens the subscriptions of a server that starts. */
final class Opening {

    private final ServerParts parts;
    private final RedisLink redis;
    private final @Nullable MeterRegistry registry;
    private final Workers workers;
    private final Calls calls;

    Opening(ServerParts parts, RedisLink redis, @Nullable MeterRegistry registry, Workers workers, Calls calls) {
        this.parts = parts;
        this.redis = redis;
        this.registry = registry;
        this.workers = workers;
        this.calls = calls;
    }

    /**
     * Opens the connection of one stream in one group, and shows its meters.
     *
     * @param fetching the loops that read, which the slowest is looked for among, too
     */
    Subscription subscribe(StreamSettings stream, String group, boolean paused, List<LoopThread> fetching) {
        ConsumerSettings settings = parts.settings();
        SubscriptionName name = new SubscriptionName(stream.stream(), group, settings.consumer());
        ConsumerMeters meters = new ConsumerMeters(registry, name, settings.clock());
        GroupOptions options = new GroupOptions(
                name.stream(),
                name.group(),
                name.consumer(),
                longestWindow(),
                settings.idempotency().maxRecords(),
                ConsumerSettings.MAX_DEAD_LETTERS,
                settings.commandTimeout());
        Subscription subscription = null;
        try {
            subscription = new Subscription(name, stream, parts, redis.group(options), meters);
            subscription.pause(paused || stream.startPaused());
            watch(subscription, meters, fetching);
            return subscription;
        } catch (RuntimeException | Error e) {
            // Nobody else knows of it yet.
            meters.close();
            if (subscription != null) {
                subscription.close();
            }
            throw e;
        }
    }

    /** So that no event's rival lies further away than records are looked for. */
    private Duration longestWindow() {
        Duration longest = parts.settings().idempotency().window();
        for (Registration<?> handler : parts.handlers().all()) {
            IdempotencyPolicy policy = handler.options().idempotency();
            if (policy != null && policy.window().compareTo(longest) > 0) {
                longest = policy.window();
            }
        }
        return longest;
    }

    private void watch(Subscription subscription, ConsumerMeters meters, List<LoopThread> fetching) {
        meters.gauge(ConsumerMeter.RUNNING, () -> workers.running(subscription));
        meters.gauge(ConsumerMeter.OVERDUE, () -> calls.overdue(subscription));
        for (Registration<?> handler : parts.handlers().all()) {
            BreakerGate gate = handler.breaker();
            if (gate != null) {
                meters.breaker(gate.breaker());
            }
        }
        meters.gauge(ConsumerMeter.BUFFERED, () -> parts.work().buffered(subscription));
        meters.gauge(ConsumerMeter.WAITING, () -> subscription.retries().size());
        meters.gauge(ConsumerMeter.IN_FLIGHT, () -> subscription.inFlight().size());
        meters.gauge(ConsumerMeter.LAG, subscription.backlog()::lag);
        meters.gauge(ConsumerMeter.PENDING, subscription.backlog()::pending);
        meters.gauge(ConsumerMeter.OLDEST_PENDING, subscription.backlog()::oldestPendingSeconds);
        meters.gauge(ConsumerMeter.RECORDS, subscription.idempotency()::records);
        meters.gauge(ConsumerMeter.RECORD_BYTES, subscription.idempotency()::bytes);
        meters.gauge(ConsumerMeter.OLDEST_RECORD, subscription.idempotency()::oldestAgeSeconds);
        meters.gauge(ConsumerMeter.LOOP_AGE, () -> slowest(fetching, subscription.loops()));
    }

    /** Not since its last round: a loop that rests for minutes, as keep-alive does where claim-idle is long, is well. */
    private static double slowest(List<LoopThread> fetching, List<LoopThread> own) {
        return Stream.concat(fetching.stream(), own.stream())
                .mapToDouble(loop -> loop.late().toMillis() / 1_000.0)
                .max()
                .orElse(0);
    }
}
