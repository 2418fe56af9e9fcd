package dev.millrace.consumer;

import dev.millrace.event.internal.Threads;
import dev.millrace.redis.internal.GroupOptions;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.RedisSource;
import dev.millrace.redis.internal.StreamGroup;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What exists of a server between start and close: connections, workers, loops. */
final class RunningServer {

    private static final Logger log = LoggerFactory.getLogger(RunningServer.class);
    private static final Duration INTERRUPT_GRACE = Duration.ofSeconds(1);
    private static final Duration LONGEST_DRAIN = Duration.ofDays(365);

    private final ConsumerSettings settings;
    private final RedisSource source;
    private final RedisLink redis;
    private final WorkQueue work;
    private final ConsumerMeters meters;
    private final Subscription subscription;
    private final Instant startedAt;
    private final List<Thread> workers = new CopyOnWriteArrayList<>();

    private RunningServer(
            ConsumerSettings settings,
            RedisSource source,
            RedisLink redis,
            HandlerRegistry handlers,
            @Nullable MeterRegistry registry) {
        this.settings = settings;
        this.source = source;
        this.redis = redis;
        this.startedAt = settings.clock().instant();
        this.work = new WorkQueue(settings.ticker());
        this.meters = new ConsumerMeters(registry, settings.name(), settings.clock());
        this.subscription = new Subscription(settings, groupOf(settings, redis), handlers, work, meters);
    }

    private static StreamGroup groupOf(ConsumerSettings settings, RedisLink redis) {
        SubscriptionName name = settings.name();
        return redis.group(new GroupOptions(
                name.stream(),
                name.group(),
                name.consumer(),
                settings.idempotency().window(),
                ConsumerSettings.MAX_RECORDS,
                ConsumerSettings.MAX_DEAD_LETTERS,
                settings.commandTimeout()));
    }

    /** Starts all of it, or nothing. */
    static RunningServer start(
            ConsumerSettings settings, RedisSource source, HandlerRegistry handlers, @Nullable MeterRegistry registry) {
        RedisLink redis = source.open();
        RunningServer server = null;
        try {
            redis.check();
            server = new RunningServer(settings, source, redis, handlers, registry);
            server.run();
            return server;
        } catch (RuntimeException | Error e) {
            if (server == null) {
                source.close(redis);
            } else {
                server.release();
            }
            throw e;
        }
    }

    private void run() {
        meters.gauges(
                work::running,
                work::buffered,
                () -> subscription.retries().size(),
                () -> subscription.inFlight().size());
        Handling handling = new Handling(settings.codec(), settings.validator(), settings.ticker());
        ThreadFactory threads =
                Threads.virtualOrDaemon("millrace-" + settings.name().group() + "-handler-");
        for (int i = 0; i < settings.concurrency(); i++) {
            Thread worker = threads.newThread(new WorkerLoop(work, handling));
            workers.add(worker);
            worker.start();
        }
        subscription.start();
        log.info("{}: reads as {} from {}", settings.name(), settings.name().consumer(), redis.describe());
    }

    boolean isWorker(Thread thread) {
        return workers.contains(thread);
    }

    ConsumerStatus status(ConsumerStatus.State state) {
        ConsumerStatus.Load load = new ConsumerStatus.Load(
                work.running(),
                work.buffered(),
                subscription.retries().size(),
                subscription.inFlight().size());
        return meters.status(state, settings.name(), startedAt, load);
    }

    long pending() {
        try {
            return subscription.pending();
        } catch (RedisFaultException e) {
            throw new IllegalStateException("redis: " + redis.describe() + " does not tell: " + e.getMessage(), e);
        }
    }

    void close(Duration drain) {
        try {
            subscription.stopIntake();
            drain(Custody.shorter(drain, LONGEST_DRAIN));
            subscription.finish();
        } catch (InterruptedException e) {
            log.warn("{}: close was interrupted; what is in flight becomes idle and is taken over", settings.name());
            Thread.currentThread().interrupt();
        } finally {
            release();
            log.info("{}: closed", settings.name());
        }
    }

    private void drain(Duration limit) throws InterruptedException {
        work.close();
        if (work.awaitIdle(limit.toNanos())) {
            return;
        }
        log.warn("{}: {} handlers still run after {}: interrupting them", settings.name(), work.running(), limit);
        subscription.interrupting();
        workers.forEach(Thread::interrupt);
        if (!work.awaitIdle(INTERRUPT_GRACE.toNanos())) {
            log.error(
                    "{}: {} handlers ignore the interrupt; their events will be handled again elsewhere",
                    settings.name(),
                    work.running());
        }
    }

    /** Ends whatever still runs, however far start or close came. */
    private void release() {
        subscription.stopLoops();
        work.close();
        subscription.interrupting();
        workers.forEach(Thread::interrupt);
        subscription.close();
        meters.close();
        source.close(redis);
    }
}
