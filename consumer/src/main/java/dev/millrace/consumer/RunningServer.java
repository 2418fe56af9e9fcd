package dev.millrace.consumer;

import dev.millrace.event.Health;
import dev.millrace.event.internal.Threads;
import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.RedisSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What exists of a server between start and close: connections, workers, loops. */
final class RunningServer {

    private static final Logger log = LoggerFactory.getLogger(RunningServer.class);
    private static final Duration INTERRUPT_GRACE = Duration.ofMillis(500);
    private static final Duration LONGEST_DRAIN = Duration.ofDays(365);

    /** For all that close does besides waiting for handlers, whether they heed the interrupt and Redis answers or not. */
    private static final Duration BESIDES = Duration.ofMillis(1_500);

    /** No longer than this, even if close has more time. */
    private static final Duration FINISH = Duration.ofSeconds(5);

    private static final Duration PAUSE_LIMIT = Duration.ofSeconds(5);

    private final ConsumerSettings settings;
    private final RedisSource source;
    private final RedisLink redis;
    private final @Nullable MeterRegistry registry;
    private final ServerParts parts;
    private final Calls calls;
    private final Handling handling;
    private final Workers workers;
    private final List<LoopThread> fetching = new ArrayList<>();
    private final List<LoopThread> upkeep = new ArrayList<>();
    private final Pulse pulse;
    private final Instant startedAt;
    private volatile boolean paused;

    private RunningServer(
            ConsumerSettings settings,
            RedisSource source,
            RedisLink redis,
            HandlerRegistry handlers,
            @Nullable MeterRegistry registry) {
        this.settings = settings;
        this.source = source;
        this.redis = redis;
        this.registry = registry;
        this.parts = new ServerParts(settings, handlers);
        this.calls = new Calls(parts);
        this.handling = new Handling(parts, calls);
        this.workers = new Workers(parts.work(), handling, new BatchHandling(handling, calls));
        upkeep("sample", new SampleLoop(parts.subscriptions()), ConsumerSettings.SAMPLING);
        Duration idle = settings.tuning().consumerIdleLimit();
        upkeep("janitor", new JanitorLoop(parts.subscriptions(), idle), JanitorLoop.rest(idle));
        upkeep("watch", new WatchLoop(parts.subscriptions(), fetching, upkeep, workers), WatchLoop.REST);
        this.pulse = new Pulse(settings.clock());
        this.startedAt = settings.clock().instant();
        this.paused = settings.startPaused();
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
                server.undo();
            }
            throw e;
        }
    }

    private void run() {
        Opening opening = new Opening(parts, redis, registry, workers, calls);
        for (String group : settings.groups()) {
            List<Subscription> ofGroup = new ArrayList<>();
            for (StreamSettings stream : settings.streams()) {
                Subscription subscription = opening.subscribe(stream, group, paused, fetching);
                // At once: should the next one fail, this one is to be closed.
                parts.subscriptions().add(subscription);
                ofGroup.add(subscription);
            }
            List<String> names =
                    settings.streams().stream().map(StreamSettings::stream).toList();
            for (List<String> together : redis.readTogether(names)) {
                readTogether(ofGroup.stream()
                        .filter(s -> together.contains(s.name().stream()))
                        .toList());
            }
        }
        startWorkers();
        parts.subscriptions().forEach(Subscription::start);
        fetching.forEach(LoopThread::start);
        upkeep.forEach(LoopThread::start);
        log.info("{}: reads as {} from {}", settings.name(), settings.consumer(), redis.describe());
    }

    private void startWorkers() {
        WorkQueue work = parts.work();
        String prefix = "millrace-" + settings.name();
        workers.start(work.main(), settings.concurrency(), Threads.virtualOrDaemon(prefix + "-handler-"));
        for (Registration<?> handler : parts.handlers().all()) {
            if (handler.ownThreads()) {
                ThreadFactory threads = Threads.virtualOrDaemon(prefix + "-" + handler.name() + "-");
                workers.start(work.poolOf(handler), handler.permits(), threads);
            }
        }
    }

    private void readTogether(List<Subscription> subscriptions) {
        Subscription first = subscriptions.get(0);
        FetchLoop loop = new FetchLoop(subscriptions, first.reader(), parts);
        parts.standstill().add(loop);
        String name = "millrace-" + first.name().group() + "-fetch-" + fetching.size();
        fetching.add(loop(name, loop, Duration.ZERO, subscriptions).keepingJvmAlive());
    }

    private void upkeep(String what, Loop loop, Duration rest) {
        upkeep.add(loop("millrace-" + settings.name() + "-" + what, loop, rest, List.of()));
    }

    private LoopThread loop(String name, Loop loop, Duration rest, List<Subscription> meant) {
        return new LoopThread(
                name, loop, rest, settings.ticker(), failure -> meant.forEach(s -> s.loopFailed(failure)));
    }

    boolean isWorker(Thread thread) {
        return workers.contains(thread);
    }

    /** Pauses or resumes a stream in all its groups, or with null the whole server. */
    void pause(@Nullable String stream, boolean pause) {
        List<Subscription> meant = parts.subscriptions().stream()
                .filter(s -> stream == null || s.name().stream().equals(stream))
                .toList();
        if (meant.isEmpty()) {
            throw new IllegalArgumentException("stream: got '" + stream + "'; this server reads "
                    + settings.streams().stream().map(StreamSettings::stream).toList());
        }
        if (stream == null) {
            paused = pause;
        }
        meant.forEach(subscription -> subscription.pause(pause));
        if (pause) {
            try {
                // So that nothing is read any more when this returns.
                parts.standstill().awaitRounds(PAUSE_LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    IdempotencyRecords idempotency(String stream, String group) {
        return parts.subscriptions().stream()
                .filter(s ->
                        s.name().stream().equals(stream) && s.name().group().equals(group))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("stream and group: got '" + stream + "' and '" + group
                        + "'; this server reads " + settings.name()))
                .idempotencyRecords();
    }

    ConsumerStatus status(ConsumerStatus.State state) {
        // Somebody must watch the watch.
        upkeep.forEach(LoopThread::revive);
        List<LoopThread> loops = new ArrayList<>(loops());
        loops.addAll(upkeep);
        return StatusReport.of(state, paused, startedAt, parts, loops);
    }

    /** Down while a loop makes no progress; that the groups' backlogs cannot be told is no reason. */
    Health health() {
        return pulse.health(loops());
    }

    private List<LoopThread> loops() {
        List<LoopThread> loops = new ArrayList<>(fetching);
        parts.subscriptions().forEach(subscription -> loops.addAll(subscription.loops()));
        return loops;
    }

    long pending() {
        try {
            return parts.subscriptions().stream()
                    .mapToLong(Subscription::pending)
                    .sum();
        } catch (RedisFaultException e) {
            throw HandWork.silent(redis.describe(), e);
        }
    }

    HandWork handWork() {
        return new HandWork(parts, redis.describe());
    }

    void close(Duration drain) {
        Duration limit = Custody.shorter(drain, LONGEST_DRAIN);
        long drained = settings.ticker().getAsLong() + limit.toNanos();
        try {
            stopIntake(Custody.shorter(FINISH, limit.plus(INTERRUPT_GRACE)));
            drain(drained);
            farewell(drained + BESIDES.toNanos());
        } catch (InterruptedException e) {
            log.warn("{}: close was interrupted; what is in flight becomes idle and is taken over", settings.name());
            Thread.currentThread().interrupt();
        } finally {
            release();
            log.info("{}: closed", settings.name());
        }
    }

    private void farewell(long deadline) throws InterruptedException {
        long latest = settings.ticker().getAsLong() + FINISH.toNanos();
        new Farewell(parts).take(latest - deadline < 0 ? latest : deadline);
    }

    /** After a start that failed. */
    private void undo() {
        try {
            parts.subscriptions().forEach(Subscription::stopIntake);
            farewell(settings.ticker().getAsLong() + BESIDES.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            release();
        }
    }

    /** Nothing new comes in. */
    private void stopIntake(Duration limit) throws InterruptedException {
        long deadline = settings.ticker().getAsLong() + limit.toNanos();
        parts.subscriptions().forEach(Subscription::stopIntake);
        upkeep.forEach(LoopThread::stop);
        fetching.forEach(LoopThread::stop);
        boolean ended = true;
        for (LoopThread loop : fetching) {
            ended &= loop.join(left(deadline));
        }
        for (Subscription subscription : parts.subscriptions()) {
            ended &= subscription.awaitIntake(left(deadline));
        }
        log.debug("{}: intake ended: {}", settings.name(), ended);
    }

    private Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - settings.ticker().getAsLong()));
    }

    private void drain(long deadline) throws InterruptedException {
        WorkQueue work = parts.work();
        work.close();
        if (work.awaitIdle(left(deadline).toNanos())) {
            return;
        }
        log.warn(
                "{}: {} handlers still run after the time for them: interrupting them",
                settings.name(),
                work.running());
        calls.beginInterrupting();
        workers.interrupt();
        if (!work.awaitIdle(INTERRUPT_GRACE.toNanos())) {
            log.error(
                    "{}: {} handlers ignore the interrupt; their events will be handled again elsewhere",
                    settings.name(),
                    work.running());
        }
    }

    /** Ends whatever still runs, however far start or close came. */
    private void release() {
        upkeep.forEach(LoopThread::stop);
        fetching.forEach(LoopThread::stop);
        parts.subscriptions().forEach(Subscription::stopLoops);
        parts.work().close();
        calls.beginInterrupting();
        workers.interrupt();
        calls.close();
        parts.subscriptions().forEach(Subscription::close);
        source.close(redis);
    }
}
