package dev.millrace.consumer;

import dev.millrace.redis.internal.RedisFaultException;
import dev.millrace.redis.internal.StreamGroup;
import dev.millrace.redis.internal.StreamReader;
import dev.millrace.routing.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One stream read through one group: its loops, and what they share. */
final class Subscription {

    private static final Duration REST = Duration.ofSeconds(5);

    private final SubscriptionName name;
    private final StreamSettings stream;
    private final ServerParts server;
    private final StreamGroup group;
    private final ConsumerMeters meters;
    private final InFlightTable inFlight;
    private final QuietTime quietTime;
    private final Custody custody;
    private final GroupKeeper keeper;
    private final NameKeeper names;
    private final Settlement settlement;
    private final AckLoop acks;
    private final RetryLoop retries;
    private final HandBack handBack;
    private final Backlog backlog;
    private final Claims claims;
    private final Intake intake;
    private final Incoming incoming;
    private final IdempotencyLoop idempotency;
    private final Errands errands = new Errands();
    private final ByHand byHand;
    private final SubscriptionLoops loops;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean paused;
    private volatile boolean closed;
    private volatile long restsUntil;

    Subscription(
            SubscriptionName name,
            StreamSettings stream,
            ServerParts server,
            StreamGroup group,
            ConsumerMeters meters) {
        this.name = name;
        this.stream = stream;
        this.server = server;
        this.group = group;
        this.meters = meters;
        this.paused = stream.startPaused();
        ConsumerSettings settings = server.settings();
        restsUntil = settings.ticker().getAsLong();
        inFlight = new InFlightTable(server.held());
        quietTime = new QuietTime(settings.ticker(), settings.claimIdle());
        keeper = new GroupKeeper(group, name, inFlight::lowest, meters);
        names = new NameKeeper(group, name, meters, settings.claimIdle());
        custody = new Custody(group, keeper, meters, settings.ticker(), settings.claimIdle());
        settlement = new Settlement(this, server, group, stream.deadLetterStream());
        acks = new AckLoop(group, inFlight, meters, settings.ticker(), settings.maxPending());
        retries = new RetryLoop(this, server.work(), settings.ticker());
        backlog = new Backlog(group, settings.clock(), ConsumerSettings.SAMPLING.multipliedBy(3));
        handBack = new HandBack(this, server.work(), settings);
        IdempotencyStore store = settings.store();
        claims = new Claims(
                this, store == null ? new RedisIdempotencyStore(group, keeper) : store, settings.idempotency());
        intake = new Intake(this, server.handlers(), settings, claims);
        incoming = new Incoming(this, server, group, intake);
        byHand = new ByHand(this, server, group, intake);
        idempotency = new IdempotencyLoop(group.claims(), keeper, meters, settings.clock());
        loops = new SubscriptionLoops(this, server, new ReclaimLoop(this, server, group, intake), this::loopFailed);
    }

    void loopFailed(Throwable failure) {
        if (failure instanceof RedisFaultException e && e.fault().passing()) {
            quietTime.beginWhenHeard();
        }
        meters.count(Counted.LOOP_FAILURES);
    }

    void start() {
        keeper.createIfMissing(stream.startFrom());
        names.take();
        if (server.settings().order().ordered()) {
            incoming.begin();
        }
        quietTime.begin();
        loops.start();
    }

    /** Starts loops again whose threads have died. */
    void revive() {
        meters.count(Counted.LOOP_RESTARTS, loops.revive());
    }

    List<LoopThread> loops() {
        return loops.all();
    }

    /** A reader on a connection of its own, for this stream and others that are read through the same group. */
    StreamReader reader() {
        return group.reader();
    }

    /** Whether it is neither paused nor resting. */
    boolean readable() {
        return !paused && !names.superseded() && server.settings().ticker().getAsLong() - restsUntil >= 0;
    }

    /** Leaves the stream alone for a while: it cannot be read at the moment. */
    void rest() {
        meters.count(Counted.LOOP_FAILURES);
        quietTime.begin();
        restsUntil = server.settings().ticker().getAsLong() + REST.toNanos();
    }

    void pause(boolean pause) {
        paused = pause;
    }

    boolean paused() {
        return paused;
    }

    Priority priority() {
        return stream.priority();
    }

    /** First phase of close: nothing more is taken over from others. */
    void stopIntake() {
        closing.countDown();
        loops.stopReclaiming();
    }

    /** Waits for what {@link #stopIntake()} began; false if that took longer than the limit. */
    boolean awaitIntake(Duration limit) throws InterruptedException {
        return loops.awaitReclaiming(limit);
    }

    /** No retry begins any more. */
    void stopRetrying() {
        loops.stopRetrying();
    }

    /** Waits for what {@link #stopRetrying()} began; false if that took longer than the limit. */
    boolean awaitRetrying(Duration limit) throws InterruptedException {
        return loops.awaitRetrying(limit);
    }

    /** Waits until whatever is ending is acknowledged; false if that took longer than the limit. */
    boolean awaitEnds(long nanos) throws InterruptedException {
        return inFlight.await(() -> inFlight.entries().stream().noneMatch(EntryInFlight::ending), nanos);
    }

    /** Waits for what {@link #stopLoops()} began; false if that took longer. */
    boolean awaitLoops(long deadline) throws InterruptedException {
        return loops.await(deadline);
    }

    void stopLoops() {
        closing.countDown();
        loops.stop();
    }

    Claims claims() {
        return claims;
    }

    IdempotencyLoop idempotency() {
        return idempotency;
    }

    IdempotencyRecords idempotencyRecords() {
        ConsumerSettings settings = server.settings();
        if (settings.store() != null) {
            throw new IllegalStateException(
                    "idempotencyStore: got one of your own, which keeps the records; ask that what it remembers");
        }
        return new IdempotencyRecords(
                group,
                keeper,
                name,
                header -> claims.policyOf(server.handlers().handlersFor(name, header)),
                settings.clock());
    }

    /** How many entries are pending in the group, as Redis says now. */
    long pending() {
        return group.pending();
    }

    ConsumerStatus.StreamStatus status() {
        return new ConsumerStatus.StreamStatus(
                name.stream(), name.group(), paused, meters.totals(), meters.lastHandledAt(), backlog.status());
    }

    void close() {
        closed = true;
        group.close();
        meters.close();
    }

    boolean closed() {
        return closed;
    }

    boolean closing() {
        return closing.getCount() == 0;
    }

    /** Waits, but no longer than until the server closes; true if it does. */
    boolean awaitChange(Duration time) throws InterruptedException {
        return closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits a moment for a Redis that does not answer. */
    void awaitRedis() throws InterruptedException {
        quietTime.beginWhenHeard();
        if (awaitChange(Duration.ofMillis(500))) {
            throw new InterruptedException("closing");
        }
    }

    SubscriptionName name() {
        return name;
    }

    Instant now() {
        return server.settings().clock().instant();
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

    NameKeeper names() {
        return names;
    }

    Settlement settlement() {
        return settlement;
    }

    Incoming incoming() {
        return incoming;
    }

    Errands errands() {
        return errands;
    }

    ByHand byHand() {
        return byHand;
    }

    Admission admission() {
        return intake.admission();
    }

    AckLoop acks() {
        return acks;
    }

    Backlog backlog() {
        return backlog;
    }

    HandBack handBack() {
        return handBack;
    }

    RetryLoop retries() {
        return retries;
    }

    QuietTime quietTime() {
        return quietTime;
    }
}
