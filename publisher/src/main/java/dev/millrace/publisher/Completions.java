package dev.millrace.publisher;

import dev.millrace.event.internal.RateLimit;
import dev.millrace.event.internal.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes futures on the executor, where whatever users have attached to them runs: it may block without holding back
 * any other future, as far as there are threads. What no thread has begun stays on a list here, whatever has become of it in
 * the executor. Confined to the send loop, but for what says otherwise.
 */
final class Completions {

    /** So long nothing may get on before more threads are sent for. */
    static final Duration PATIENCE = Duration.ofMillis(100);

    /** Nothing waits for a thread. */
    static final long NOTHING_WAITS = Long.MIN_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private final Executor executor;
    private final @Nullable Executor helpers;
    private final LongSupplier ticker;
    private final Consumer<PendingEvent> release;
    private final Consumer<FailedEvent> onFailure;
    private final ThreadFactory lastResort;

    private final RateLimit failures;
    private final Deque<Completion> open = new ArrayDeque<>();
    private long lookedAt;
    private volatile @Nullable Thread loop;
    private volatile boolean ending;

    private final Queue<List<PendingEvent>> begun = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Runnable watcher;

    /**
     * Completes on this executor.
     *
     * @param helpers take what the executor does not get on with; null if nobody but the executor may, before the end
     * @param ticker what elapsed times are measured by
     * @param onFailure told of each event that was given up, after its future
     * @param release gives an event's room back; called once its callbacks have run, so that they are bounded too
     */
    Completions(
            Executor executor,
            @Nullable Executor helpers,
            LongSupplier ticker,
            Consumer<FailedEvent> onFailure,
            Consumer<PendingEvent> release) {
        this(executor, helpers, ticker, onFailure, release, Threads.daemon("millrace-publisher-completion-"));
    }

    /** @param lastResort makes a thread where neither the executor nor a helper takes a task */
    Completions(
            Executor executor,
            @Nullable Executor helpers,
            LongSupplier ticker,
            Consumer<FailedEvent> onFailure,
            Consumer<PendingEvent> release,
            ThreadFactory lastResort) {
        this.lastResort = lastResort;
        this.failures = new RateLimit(ticker);
        this.executor = executor;
        this.helpers = helpers;
        this.ticker = ticker;
        this.onFailure = onFailure;
        this.release = release;
    }

    /** This thread never runs users' code, even if the executor wants it to. */
    void spare(Thread sendLoop) {
        loop = sendLoop;
    }

    /** Completes the futures of settled events, each exactly once. */
    void complete(List<PendingEvent> settled) {
        if (!settled.isEmpty()) {
            begin(new Completion.Futures(this, settled, ticker.getAsLong()));
        }
    }

    /** Runs something that may run users' code. */
    void run(Runnable task) {
        begin(new Completion.Task(this, task, ticker.getAsLong()));
    }

    /** Calls this whenever the last future of a batch is about to complete; null = no longer. */
    void watch(@Nullable Runnable wake) {
        watcher = wake;
    }

    /** Events whose futures are complete or about to be; null if there are no more. */
    @Nullable
    List<PendingEvent> pollBegun() {
        return begun.poll();
    }

    boolean hasBegun() {
        return watcher != null && !begun.isEmpty();
    }

    /** Any thread: whether it runs a callback of ours now, and so must not wait for us. */
    boolean isCallback() {
        return Callback.isOf(this);
    }

    /** Any thread: the event whose callback it runs, since what the callback publishes may take its room; null if none. */
    @Nullable
    PendingEvent current() {
        return Callback.eventOf(this);
    }

    /** Sends for more threads where nothing gets on; how long until it must look again. */
    long look(long now) {
        open.removeIf(Completion::isBegun);
        if (open.isEmpty()) {
            return LeavingRule.NOT_BY_TIME;
        }
        long patience = PATIENCE.toNanos();
        if (now - lookedAt >= patience) {
            lookedAt = now;
            open.stream()
                    .filter(completion -> completion.isStalled(now - patience))
                    .forEach(this::help);
        }
        return Math.max(1, lookedAt + patience - now);
    }

    /** Since when the oldest settled event or flush has waited for a thread, at the last look. */
    long waitingSince() {
        Completion oldest = open.peekFirst();
        return oldest == null ? NOTHING_WAITS : oldest.since();
    }

    /** Whether some thread has begun everything. */
    boolean isIdle() {
        open.removeIf(Completion::isBegun);
        return open.isEmpty();
    }

    /** Leaves nothing to the executor any more: what is open is completed by threads of our own. */
    void end() {
        if (!ending) {
            ending = true;
            Queue<Completion> left = new ConcurrentLinkedQueue<>(open);
            if (!start(() -> completeAll(left))) {
                completeAll(left); // the send loop has nothing else to do any more
            }
        }
    }

    /** As {@link Completion.Futures} does it: with another thread, unless nothing is left for that. */
    private void completeAll(Queue<Completion> left) {
        Completion next = left.poll();
        if (!left.isEmpty()) {
            boolean unused = start(() -> completeAll(left)); // if not, this one does it alone
        }
        for (; next != null; next = left.poll()) {
            next.run(this::onOwnThread);
        }
    }

    private void onOwnThread(Completion completion) {
        boolean unused = start(() -> completion.run(this::onOwnThread)); // if not, whoever sends for one goes on alone
    }

    private void begin(Completion completion) {
        open.add(completion);
        if (!ending) {
            hand(completion);
        } else if (!start(() -> completion.run(this::onOwnThread))) {
            completion.run(another -> {});
        }
    }

    /** Any thread: has it run where there is a thread for it; where there is none, a later look tries again. */
    private void hand(Completion completion) {
        try {
            executor.execute(() -> {
                if (isHandedBack(completion)) {
                    replaceExecutor(completion); // it has its caller do what it has no thread for
                } else {
                    completion.run(this::hand);
                }
            });
        } catch (RejectedExecutionException e) {
            replaceExecutor(completion); // full, or shut down by somebody
        } catch (RuntimeException | Error e) {
            LOG.warn("The executor has thrown instead of completing futures, which a thread of our own does", e);
            replaceExecutor(completion);
        }
    }

    /** Whether this is the thread that sends, or one whose callback may wait for the rest of what it completes. */
    private boolean isHandedBack(Completion completion) {
        Thread sending = loop;
        return sending != null
                && (Thread.currentThread() == sending || (completion instanceof Completion.Futures && isCallback()));
    }

    private void replaceExecutor(Completion completion) {
        if (!start(() -> completion.run(this::hand))) {
            completion.strand();
        }
    }

    private void help(Completion completion) {
        boolean stranded = completion.takeStranded();
        if (helpers == null) {
            if (stranded) {
                hand(completion);
            }
            return;
        }
        try {
            helpers.execute(() -> completion.run(this::help));
        } catch (RuntimeException | Error e) {
            LOG.debug("There are no more threads for callbacks", e);
        }
    }

    private boolean start(Runnable task) {
        try {
            lastResort.newThread(task).start();
            return true;
        } catch (RuntimeException | Error e) {
            LOG.error("There is no thread to complete futures with", e);
            return false;
        }
    }

    /** Any thread: completes the future of an event, with all that hangs on it, and gives its room back. */
    void complete(PendingEvent event) {
        try {
            event.complete();
            FailedEvent failure = event.failure();
            if (failure != null) {
                onFailure.accept(failure);
            }
        } catch (RuntimeException | Error e) {
            long leftOut = failures.ask();
            if (leftOut != RateLimit.SILENT) {
                LOG.atError()
                        .addKeyValue("eventId", event.eventId())
                        .addKeyValue("type", event.type())
                        .addKeyValue("stream", event.append().stream())
                        .setCause(e)
                        .log("A callback of a publish future, or onFailure, failed{}", RateLimit.others(leftOut));
            }
        }
        release.accept(event);
    }

    /** Any thread: whoever waits for the last of these futures has only moments to wait. */
    void begun(List<PendingEvent> events) {
        begun.add(events);
        Runnable wakes = watcher;
        if (wakes != null) {
            wakes.run();
        }
    }
}
