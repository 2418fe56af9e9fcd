package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream read through one group: its loops, and what they share. */
final class Subscription {

    private static final Logger log = LoggerFactory.getLogger(Subscription.class);
    private static final Duration FINISH = Duration.ofSeconds(5);

    private final ConsumerSettings settings;
    private final StreamGroup group;
    private final ConsumerMeters meters;
    private final InFlightTable inFlight = new InFlightTable();
    private final QuietTime quietTime;
    private final Custody custody;
    private final GroupKeeper keeper;
    private final Settlement settlement;
    private final AckLoop acks;
    private final RetryLoop retries;
    private final FetchLoop fetchLoop;
    private final LoopThread fetching;
    private final LoopThread reclaiming;
    private final LoopThread retrying;
    private final LoopThread acking;
    private final LoopThread keepingAlive;
    private volatile boolean closing;
    private volatile boolean interrupting;

    Subscription(
            ConsumerSettings settings,
            StreamGroup group,
            HandlerRegistry handlers,
            WorkQueue work,
            ConsumerMeters meters) {
        this.settings = settings;
        this.group = group;
        this.meters = meters;
        quietTime = new QuietTime(settings.ticker(), settings.claimIdle());
        keeper = new GroupKeeper(group, settings.name(), inFlight::lowest, meters);
        custody = new Custody(group, keeper, meters, settings.ticker(), settings.claimIdle());
        settlement = new Settlement(this, group, settings.retry(), settings.deadLetterStream());
        acks = new AckLoop(group, inFlight, meters, settings.ticker());
        retries = new RetryLoop(this, work, settings.ticker());
        Claims claims = new Claims(this, group, settings.idempotency());
        Intake intake = new Intake(this, handlers, settings.unhandled(), claims);
        fetchLoop = new FetchLoop(this, group, intake, work, settings);
        Quarantine quarantine = new Quarantine(this, group, intake, work, settings);
        ReclaimLoop reclaimLoop = new ReclaimLoop(this, group, intake, work, quarantine, settings);

        fetching = thread("fetch", fetchLoop, Duration.ZERO).keepingJvmAlive();
        reclaiming = thread("reclaim", reclaimLoop, settings.sweep());
        retrying = thread("retry", retries, Duration.ZERO);
        acking = thread("ack", acks, Duration.ZERO);
        keepingAlive = thread("keep-alive", new KeepAliveLoop(this, work, settings), settings.keepAlive());
    }

    private LoopThread thread(String what, Loop loop, Duration rest) {
        return new LoopThread("millrace-" + settings.name().group() + "-" + what, loop, rest, this::loopFailed);
    }

    private void loopFailed(Throwable failure) {
        if (failure instanceof RedisFaultException e && e.fault().passing()) {
            quietTime.begin();
        }
        meters.count(Counted.LOOP_FAILURES);
    }

    void start() {
        keeper.createIfMissing(settings.startFrom());
        quietTime.begin();
        loops().forEach(LoopThread::start);
    }

    private List<LoopThread> loops() {
        return List.of(keepingAlive, acking, retrying, fetching, reclaiming);
    }

    /** First phase of close: nothing new comes in. */
    void stopIntake() throws InterruptedException {
        closing = true;
        fetching.stop();
        reclaiming.stop();
        boolean ended = fetching.join(FINISH) && reclaiming.join(FINISH);
        log.debug("{}: intake ended: {}", name(), ended);
    }

    /** From now on a handler that fails may have been interrupted by us. */
    void interrupting() {
        interrupting = true;
    }

    boolean isInterrupting() {
        return interrupting;
    }

    /** Last phase of close, when no handler runs or the deadline has passed: acks, hand-backs, and away. */
    void finish() throws InterruptedException {
        retrying.stop();
        retrying.join(FINISH);
        boolean acked = inFlight.await(() -> !inFlight.settling(), FINISH.toNanos());
        if (!acked) {
            log.warn("{}: the last acks failed, those events will be handled again", name());
        }
        stopLoops();
        // Keep-alive above all: it would take back what is handed back.
        for (LoopThread loop : loops()) {
            loop.join(FINISH);
        }
        handBackAll();
        leaveGroup();
    }

    void stopLoops() {
        closing = true;
        loops().forEach(LoopThread::stop);
    }

    private void handBackAll() {
        Map<EntryInFlight, Duration> delays = new HashMap<>();
        retries.drainEvents().forEach((event, delay) -> delays.merge(event.entry(), delay, Custody::shorter));
        for (EntryInFlight entry : inFlight.entries()) {
            if (entry.idle()) {
                delays.putIfAbsent(entry, Duration.ZERO);
            }
        }
        for (EntryInFlight entry : List.copyOf(delays.keySet())) {
            if (entry.trimmed()) {
                delays.remove(entry);
                settlement.bury(Burial.ofEntry(entry, DeadLetterReason.TRIMMED, null, now()));
            }
        }
        custody.handBack(delays);
        delays.keySet().forEach(inFlight::remove);
    }

    private void leaveGroup() {
        try {
            boolean gone = group.removeConsumer();
            log.debug("{}: consumer name {} removed: {}", name(), name().consumer(), gone);
        } catch (RuntimeException e) {
            log.debug("{}: could not remove consumer name {}", name(), name().consumer(), e);
        }
    }

    /** Lets others take these, now or when their delays are over; what only this process can bring to an end stays. */
    void handBack(Map<EventInFlight, Duration> events) {
        Map<EntryInFlight, Duration> entries = new HashMap<>();
        events.forEach((event, delay) -> {
            if (event.entry().shared() || event.entry().trimmed()) {
                retries.add(new Waiting.Retry(event, false), delay.plusSeconds(1));
            } else {
                entries.put(event.entry(), delay);
            }
        });
        custody.handBack(entries);
        entries.keySet().forEach(inFlight::remove);
    }

    /** Lets others take these now. */
    void handBack(Collection<EventInFlight> events) {
        Map<EventInFlight, Duration> delays = new HashMap<>();
        events.forEach(event -> delays.put(event, Duration.ZERO));
        handBack(delays);
    }

    /** Lets others take what waits for a retry; what waits for the dead letters is left to wait. */
    void handBackWaiting() {
        handBack(retries.drainEvents());
    }

    /** Trimmed or deleted while pending: nobody can handle them any more, so say it loudly. */
    void lost(List<StreamId> missing) {
        if (!missing.isEmpty()) {
            meters.count(Counted.LOST, missing.size());
            log.error(
                    "{}: {} pending entries are no longer in the stream and are lost, the first is {}",
                    name(),
                    missing.size(),
                    missing.get(0));
        }
    }

    /** How many entries are pending in the group, as Redis says now. */
    long pending() {
        return group.pending();
    }

    void close() {
        group.close();
    }

    boolean closing() {
        return closing;
    }

    /** Waits a moment for a Redis that does not answer. */
    void awaitRedis() throws InterruptedException {
        quietTime.begin();
        if (fetching.pause(Duration.ofMillis(500))) {
            throw new InterruptedException("closing");
        }
    }

    SubscriptionName name() {
        return settings.name();
    }

    Instant now() {
        return settings.clock().instant();
    }

    InFlightTable inFlight() {
        return inFlight;
    }

    ConsumerMeters meters() {
        return meters;
    }

    Custody custody() {
        return custody;
    }

    GroupKeeper keeper() {
        return keeper;
    }

    Settlement settlement() {
        return settlement;
    }

    AckLoop acks() {
        return acks;
    }

    RetryLoop retries() {
        return retries;
    }

    QuietTime quietTime() {
        return quietTime;
    }

    FetchLoop fetchLoop() {
        return fetchLoop;
    }
}
