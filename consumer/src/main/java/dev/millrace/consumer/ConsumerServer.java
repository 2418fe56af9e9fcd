package dev.millrace.consumer;

import dev.millrace.event.Health;
import dev.millrace.event.internal.Checks;
import dev.millrace.redis.internal.RedisSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream through a group, hands its events to handlers, and brings each to its end: handled, recognised as a
 * duplicate, passed over, or in the dead letters.
 *
 * <p>Add handlers, {@link #start()}, and {@link #close()} when done. Thread-safe. While it runs it keeps the JVM alive. A
 * closed server is not started again.
 */
public final class ConsumerServer extends Handlers<ConsumerServer> implements AutoCloseable {

    private final ConsumerSettings settings;
    private final RedisSource source;
    private final @Nullable MeterRegistry registry;
    private final HandlerRegistry handlers = new HandlerRegistry();
    private final CountDownLatch closed = new CountDownLatch(1);
    private ConsumerStatus.State state = ConsumerStatus.State.NEW;
    private @Nullable RunningServer running;
    private @Nullable ShutdownHook shutdownHook;

    ConsumerServer(ConsumerSettings settings, RedisSource source, @Nullable MeterRegistry registry) {
        this.settings = settings;
        this.source = source;
        this.registry = registry;
    }

    /** Begins the configuration of a server; only Redis, stream and group are required. */
    public static ConsumerServerBuilder builder() {
        return new ConsumerServerBuilder();
    }

    @Override
    synchronized ConsumerServer add(Registration<?> registration) {
        if (state != ConsumerStatus.State.NEW) {
            throw new IllegalStateException("handler for '" + registration.name() + "': the server is " + state
                    + "; add handlers before start(), or events of their types would be passed over");
        }
        handlers.add(registration);
        return this;
    }

    /**
     * Connects, creates stream and group where they are missing, and begins to read; again has no effect. A start that fails
     * leaves nothing behind, and may be tried again.
     *
     * @return this server
     * @throws dev.millrace.redis.RedisSetupException if Redis cannot be used: what, where, how to mend it
     * @throws IllegalArgumentException if a handler cannot work as it was added: which, its value, and how to mend it
     * @throws IllegalStateException without a handler, or once closed
     */
    public synchronized ConsumerServer start() {
        if (state == ConsumerStatus.State.RUNNING) {
            return this;
        }
        if (state != ConsumerStatus.State.NEW) {
            throw new IllegalStateException("the server is " + state + "; build a new one");
        }
        RegistrationCheck.check(settings, handlers.all());
        RunningServer started = RunningServer.start(settings, source, handlers, registry);
        try {
            closeOnShutdown();
        } catch (IllegalStateException e) {
            started.close(Duration.ZERO);
            throw e;
        }
        running = started;
        state = ConsumerStatus.State.RUNNING;
        return this;
    }

    private void closeOnShutdown() {
        Duration drain = settings.closeOnShutdown();
        if (drain != null) {
            ShutdownHook hook = new ShutdownHook("millrace-" + settings.name() + "-shutdown", () -> close(drain));
            hook.install();
            shutdownHook = hook;
        }
    }

    /** A snapshot, without asking Redis. */
    public synchronized ConsumerStatus status() {
        return running == null ? notRunning() : running.status(state);
    }

    private ConsumerStatus notRunning() {
        return new ConsumerStatus(
                state,
                settings.startPaused(),
                settings.consumer(),
                null,
                new ConsumerStatus.Load(0, 0, 0, 0),
                ConsumerStatus.Totals.NONE,
                null,
                List.of(),
                handlers.status(),
                List.of(),
                settings.describe());
    }

    /**
     * Whether the server gets on with its work: up while each of its loops ends its rounds without an error, down, with the
     * reason, once one has not for 10 seconds, and before start and after close. Does not ask Redis.
     */
    public synchronized Health health() {
        if (running == null || state != ConsumerStatus.State.RUNNING) {
            return Health.down("the server is " + state, settings.clock().instant());
        }
        return running.health();
    }

    /**
     * Reads nothing and takes nothing over until {@link #resume()}; what is in hand goes on. Again has no effect.
     *
     * @throws IllegalStateException before start and after close
     */
    public void pause() {
        running().pause(null, true);
    }

    /**
     * As {@link #pause()}, for one stream in all its groups.
     *
     * @throws IllegalArgumentException if this server does not read it
     * @throws IllegalStateException before start and after close
     */
    public void pause(String stream) {
        running().pause(stream, true);
    }

    /**
     * Ends every pause, of the server and of its streams; without one it has no effect.
     *
     * @throws IllegalStateException before start and after close
     */
    public void resume() {
        running().pause(null, false);
    }

    /**
     * Ends the pause of one stream, also one that began with the server's.
     *
     * @throws IllegalArgumentException if this server does not read it
     * @throws IllegalStateException before start and after close
     */
    public void resume(String stream) {
        running().pause(stream, false);
    }

    /**
     * What idempotency remembers of one stream in one group: look up events, or clean by age.
     *
     * @throws IllegalArgumentException if this server does not read it
     * @throws IllegalStateException before start and after close, and with an {@link IdempotencyStore} of your own
     */
    public IdempotencyRecords idempotency(String stream, String group) {
        return running().idempotency(stream, group);
    }

    /**
     * Handles one pending entry now, also while paused: one that is pending under this server's name but not in its hands, or
     * that another consumer has been silent about for claim-idle, and waits for the outcome. An entry that another consumer
     * works on is left to it; so is what this server has in hand, what is settled, and what was not delivered yet. It runs
     * beside others, whatever became of it before. While an entry that came back repeatedly runs alone, this waits for its end,
     * at most three times claim-idle.
     *
     * @return what became of its events: one, or those of a batch
     * @throws IllegalStateException if it is left alone: why; if that wait was too long; inside a handler; before start and after
     *     close; if Redis does not answer
     * @throws IllegalArgumentException if the server reads several streams or groups, or if that is no entry id
     */
    public ProcessResult process(String entryId) throws InterruptedException {
        return byHand().process(null, null, entryId);
    }

    /** As {@link #process(String)}, for one of several streams and groups. */
    public ProcessResult process(String stream, String group, String entryId) throws InterruptedException {
        return byHand().process(stream, group, entryId);
    }

    /**
     * Reads at most so many new entries now, also while paused, handles them, and waits for the outcomes. It takes from the
     * streams in the order in which they were named, without their priorities; fewer where {@code maxPending} leaves no room.
     * It waits as {@link #process(String)} does while another entry runs alone.
     *
     * @param entries 1 to {@code maxPending}
     * @return what became of their events; all zero if there was nothing to read
     * @throws IllegalStateException if that wait was too long; inside a handler; before start and after close; if Redis does not
     *     answer
     */
    public ProcessResult processBatch(int entries) throws InterruptedException {
        Checks.between("entries", entries, 1, settings.maxPending());
        return byHand().processBatch(entries);
    }

    private HandWork byHand() {
        RunningServer now = running();
        if (now.isWorker(Thread.currentThread())) {
            throw new IllegalStateException(
                    "processing by hand inside a handler could wait for that handler; call it from another thread");
        }
        return now.handWork();
    }

    private synchronized RunningServer running() {
        if (running == null || state != ConsumerStatus.State.RUNNING) {
            throw new IllegalStateException("the server is " + state + "; call start() first");
        }
        return running;
    }

    /**
     * How many entries are delivered to a consumer of the group and not yet acknowledged; asks Redis.
     *
     * @throws IllegalStateException before start and after close, or if Redis does not answer
     */
    public long pending() {
        RunningServer now;
        synchronized (this) {
            now = running;
        }
        if (now == null) {
            throw new IllegalStateException("the server is not running; call start() first");
        }
        return now.pending();
    }

    /** As {@link #close(Duration)} with the configured close time-out. Default: 20 seconds. */
    @Override
    public void close() {
        close(settings.closeTimeout());
    }

    /**
     * Stops reading, waits for running handlers up to this long and then interrupts them, hands back what has not begun or
     * waits for a retry, acknowledges what is handled, and closes what this server opened. It returns at
     * most 2 seconds after that time, whether handlers heed the interrupt and Redis answers or not; what could not be told to
     * Redis by then is taken over by others after claim-idle. Called again, it waits for the first call to end; before start, it only forbids
     * the start.
     *
     * @param drain from zero, which interrupts at once
     * @throws IllegalStateException inside a handler, which it would wait for
     */
    public void close(Duration drain) {
        RunningServer closing = beginClose();
        if (closing == null) {
            awaitClosed();
            return;
        }
        try {
            closing.close(drain);
        } finally {
            synchronized (this) {
                state = ConsumerStatus.State.CLOSED;
                if (shutdownHook != null) {
                    shutdownHook.remove();
                }
            }
            closed.countDown();
        }
    }

    /** What this call has to close; null if another call does, or nothing is running. */
    private synchronized @Nullable RunningServer beginClose() {
        if (running != null && running.isWorker(Thread.currentThread())) {
            throw new IllegalStateException(
                    "close() inside a handler would wait for that handler; call it from another thread");
        }
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
}
