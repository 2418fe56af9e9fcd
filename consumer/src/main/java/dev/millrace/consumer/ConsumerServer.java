package dev.millrace.consumer;

import dev.millrace.event.EventType;
import dev.millrace.event.internal.Threads;
import dev.millrace.redis.internal.GroupOptions;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.redis.internal.StreamGroup;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a stream through a group, hands its events to handlers, and brings each to its end: handled, recognised as a
 * duplicate, passed over, or in the dead letters.
 *
 * <p>Add handlers, {@link #start()}, and {@link #close()} when done. Thread-safe. While it runs it keeps the JVM alive. A
 * closed server is not started again.
 */
public final class ConsumerServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ConsumerServer.class);
    private static final Duration INTERRUPT_GRACE = Duration.ofSeconds(1);

    private final ConsumerSettings settings;
    private final RedisSource source;
    private final @Nullable MeterRegistry registry;
    private final HandlerRegistry handlers = new HandlerRegistry();
    private final WorkQueue work;
    private final List<Thread> workers = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private ConsumerStatus.State state = ConsumerStatus.State.NEW;
    private @Nullable Running running;

    /** What exists between start and close. */
    private record Running(RedisLink redis, Subscription subscription, ConsumerMeters meters, Instant startedAt) {}

    ConsumerServer(ConsumerSettings settings, RedisSource source, @Nullable MeterRegistry registry) {
        this.settings = settings;
        this.source = source;
        this.work = new WorkQueue(settings.ticker());
        this.registry = registry;
    }

    /** Begins the configuration of a server; only Redis, stream and group are required. */
    public static ConsumerServerBuilder builder() {
        return new ConsumerServerBuilder();
    }

    /**
     * Handles events of this type, or of all types that match this pattern ({@code *} stands for one segment, {@code **} for
     * one or more), the body read into the given class.
     *
     * <p>All handlers that match a type run, the most specific pattern first; a retry goes on with those that have not yet
     * succeeded.
     *
     * @param bodyClass a record or bean; {@code Map}, {@code JsonNode} or {@code Object} for a tree, {@code byte[]} for raw JSON
     * @return this server
     * @throws IllegalArgumentException if the pattern is not one
     * @throws IllegalStateException once started
     */
    public <T> ConsumerServer addHandler(String typeOrPattern, Class<T> bodyClass, EventHandler<T> handler) {
        return addHandler(typeOrPattern, bodyClass, (body, header, delivery) -> handler.handle(body, header));
    }

    /** As {@link #addHandler(String, Class, EventHandler)}, for a handler that wants to see the delivery. */
    public synchronized <T> ConsumerServer addHandler(
            String typeOrPattern, Class<T> bodyClass, DeliveryHandler<T> handler) {
        if (state != ConsumerStatus.State.NEW) {
            throw new IllegalStateException("handler for '" + typeOrPattern + "': the server is " + state
                    + "; add handlers before start(), or events of their types would be passed over");
        }
        handlers.add(typeOrPattern, bodyClass, handler);
        return this;
    }

    /** As {@link #addHandler(String, Class, EventHandler)}, with name and class of this event type. */
    public <T> ConsumerServer addHandler(EventType<T> type, EventHandler<T> handler) {
        return addHandler(type.name(), type.bodyClass(), handler);
    }

    /** As {@link #addHandler(String, Class, DeliveryHandler)}, with name and class of this event type. */
    public <T> ConsumerServer addHandler(EventType<T> type, DeliveryHandler<T> handler) {
        return addHandler(type.name(), type.bodyClass(), handler);
    }

    /**
     * Connects, creates stream and group where they are missing, and begins to read; again has no effect. A start that fails
     * leaves nothing behind, and may be tried again.
     *
     * @return this server
     * @throws dev.millrace.redis.RedisSetupException if Redis cannot be used: what, where, how to mend it
     * @throws IllegalStateException without a handler, or once closed
     */
    public synchronized ConsumerServer start() {
        if (state == ConsumerStatus.State.RUNNING) {
            return this;
        }
        if (state != ConsumerStatus.State.NEW) {
            throw new IllegalStateException("the server is " + state + "; build a new one");
        }
        if (handlers.isEmpty()) {
            throw new IllegalStateException("no handlers; call addHandler before start()");
        }
        RedisLink redis = source.open().get();
        try {
            redis.check();
            running = subscribe(redis);
        } catch (RuntimeException e) {
            source.close(redis);
            throw e;
        }
        startWorkers();
        state = ConsumerStatus.State.RUNNING;
        log.info("{}: reads as {} from {}", settings.name(), settings.name().consumer(), redis.describe());
        return this;
    }

    private Running subscribe(RedisLink redis) {
        StreamGroup group = redis.group(new GroupOptions(
                settings.name().stream(),
                settings.name().group(),
                settings.name().consumer(),
                settings.idempotency().window(),
                ConsumerSettings.MAX_RECORDS,
                ConsumerSettings.MAX_DEAD_LETTERS,
                settings.commandTimeout()));
        ConsumerMeters meters = new ConsumerMeters(registry, settings.name(), settings.clock());
        try {
            Subscription subscription = new Subscription(settings, group, handlers, work, meters);
            subscription.start();
            meters.gauges(
                    work::running,
                    work::buffered,
                    () -> subscription.retries().size(),
                    () -> subscription.inFlight().size());
            return new Running(redis, subscription, meters, settings.clock().instant());
        } catch (RuntimeException e) {
            meters.close();
            group.close();
            throw e;
        }
    }

    private void startWorkers() {
        Handling handling = new Handling(settings.codec(), settings.validator(), settings.ticker());
        ThreadFactory threads =
                Threads.virtualOrDaemon("millrace-" + settings.name().group() + "-handler-");
        for (int i = 0; i < settings.concurrency(); i++) {
            Thread worker = threads.newThread(new WorkerLoop(work, handling));
            workers.add(worker);
            worker.start();
        }
    }

    /** A snapshot, without asking Redis. */
    public synchronized ConsumerStatus status() {
        SubscriptionName name = settings.name();
        Running now = running;
        if (now == null) {
            ConsumerMeters none = new ConsumerMeters(null, name, settings.clock());
            return none.status(state, name, null, new ConsumerStatus.Load(0, 0, 0, 0));
        }
        Subscription subscription = now.subscription();
        ConsumerStatus.Load load = new ConsumerStatus.Load(
                work.running(),
                work.buffered(),
                subscription.retries().size(),
                subscription.inFlight().size());
        return now.meters().status(state, name, now.startedAt(), load);
    }

    /**
     * How many entries are delivered to a consumer of the group and not yet acknowledged; asks Redis (XPENDING).
     *
     * @throws IllegalStateException unless running
     */
    public long pending() {
        Running now;
        synchronized (this) {
            now = running;
        }
        if (now == null) {
            throw new IllegalStateException("the server is not running; call start() first");
        }
        return now.subscription().pending();
    }

    /** As {@link #close(Duration)} with the configured close time-out. Default: 20 seconds. */
    @Override
    public void close() {
        close(settings.closeTimeout());
    }

    /**
     * Stops reading, waits for running handlers up to this long and then interrupts them, hands back what has not begun or
     * waits for a retry, acknowledges what is handled, and closes what this server opened. Called again, it waits for the
     * first call to end; before start, it only forbids the start.
     *
     * @throws IllegalStateException inside a handler, which it would wait for
     */
    public void close(Duration drain) {
        if (workers.contains(Thread.currentThread())) {
            throw new IllegalStateException(
                    "close() inside a handler would wait for that handler; call it from another thread");
        }
        Running closing = beginClose();
        if (closing != null) {
            close(closing, drain);
        } else {
            awaitClosed();
        }
    }

    /** What this call has to close; null if another call does, or nothing is running. */
    private synchronized @Nullable Running beginClose() {
        if (state == ConsumerStatus.State.RUNNING) {
            state = ConsumerStatus.State.CLOSING;
            return running;
        }
        if (state == ConsumerStatus.State.NEW) {
            state = ConsumerStatus.State.CLOSED;
            closed.countDown();
        }
        return null;
    }

    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close(Running closing, Duration drain) {
        Subscription subscription = closing.subscription();
        try {
            subscription.stopIntake();
            drain(drain);
            subscription.finish();
        } catch (InterruptedException e) {
            log.warn("{}: close was interrupted; what is in flight becomes idle and is taken over", settings.name());
            Thread.currentThread().interrupt();
        } finally {
            subscription.close();
            closing.meters().close();
            source.close(closing.redis());
            synchronized (this) {
                state = ConsumerStatus.State.CLOSED;
            }
            closed.countDown();
            log.info("{}: closed", settings.name());
        }
    }

    private void drain(Duration limit) throws InterruptedException {
        work.close();
        if (work.awaitIdle(limit.toNanos())) {
            return;
        }
        log.warn("{}: {} handlers still run after {}: interrupting them", settings.name(), work.running(), limit);
        workers.forEach(Thread::interrupt);
        if (!work.awaitIdle(INTERRUPT_GRACE.toNanos())) {
            log.error(
                    "{}: {} handlers ignore the interrupt; their events will be handled again elsewhere",
                    settings.name(),
                    work.running());
        }
    }
}
