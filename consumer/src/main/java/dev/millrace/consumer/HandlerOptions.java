package dev.millrace.consumer;

import dev.millrace.event.internal.Checks;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How one handler is run. Immutable. */
public final class HandlerOptions {

    private static final HandlerOptions DEFAULTS = new HandlerOptions(new Choices());

    private final Choices choices;

    /** What was chosen so far; changed by nobody once it is here. */
    private static final class Choices {

        private int priority = 100;
        private String description = "";
        private List<VersionRange> versions = List.of();
        private @Nullable RetryPolicy retry;
        private int concurrency;
        private int background;
        private boolean batched;
        private int batchSize = 100;
        private Duration batchWait = Duration.ofMillis(100);
        private @Nullable Duration timeLimit;
        private @Nullable Breaker circuitBreaker;
        private @Nullable IdempotencyPolicy idempotency;
        private boolean manualAck;
        private Set<String> streams = Set.of();
        private Set<String> groups = Set.of();

        Choices copy() {
            Choices copy = new Choices();
            copy.priority = priority;
            copy.description = description;
            copy.versions = versions;
            copy.retry = retry;
            copy.concurrency = concurrency;
            copy.background = background;
            copy.batched = batched;
            copy.batchSize = batchSize;
            copy.batchWait = batchWait;
            copy.timeLimit = timeLimit;
            copy.circuitBreaker = circuitBreaker;
            copy.idempotency = idempotency;
            copy.manualAck = manualAck;
            copy.streams = streams;
            copy.groups = groups;
            return copy;
        }
    }

    private HandlerOptions(Choices choices) {
        this.choices = choices;
    }

    private HandlerOptions with(Consumer<Choices> change) {
        Choices changed = choices.copy();
        change.accept(changed);
        return new HandlerOptions(changed);
    }

    /** Priority 100, and whatever the server says about the rest. */
    public static HandlerOptions defaults() {
        return DEFAULTS;
    }

    /** Where several handlers care for a type, the lower number runs first. Default: 100. */
    public HandlerOptions priority(int priority) {
        return with(c -> c.priority = priority);
    }

    /** For people, in {@link ConsumerServer#status()}. Default: empty. */
    public HandlerOptions description(String text) {
        return with(c -> c.description = text);
    }

    /**
     * Only events of these schema versions; for others it is as if this handler were not there. A range is
     * {@code [1.0.0,2.0.0)} (with 1.0.0, without 2.0.0), {@code [1.2,)} or {@code (,2)}; a single version stands for itself.
     * {@code 1} is {@code 1.0.0}, and what follows a dash or a plus does not count. Default: all, but for an
     * {@link dev.millrace.event.EventType} those that share the first number of its version.
     *
     * @throws IllegalArgumentException if one of them is no range
     */
    public HandlerOptions versions(String... ranges) {
        List<VersionRange> read = Stream.of(ranges).map(VersionRange::of).toList();
        return with(c -> c.versions = read);
    }

    /** What happens after this handler failed. Default: the server's policy. */
    public HandlerOptions retry(RetryPolicy policy) {
        return with(c -> c.retry = policy);
    }

    /**
     * How many events this handler works on at once, so that a slow type leaves permits to the others; what is over waits,
     * and counts towards the server's {@code maxPending}. For a batch handler: how many batches. Default: the server's
     * concurrency, for a batch handler 1.
     *
     * @throws IllegalArgumentException unless it is 1 to 10,000
     */
    public HandlerOptions concurrency(int events) {
        Checks.between("concurrency", events, 1, 10_000);
        return with(c -> c.concurrency = events);
    }

    /**
     * Runs this handler on so many threads of its own, so that it never takes a permit of the others. What waits for them
     * counts towards the server's {@code maxPending}. Where other handlers care for the same event, they still run one after
     * the other, each on its threads, and the event is handled when the last has succeeded. Default: the server's threads.
     *
     * @param permits takes the place of {@link #concurrency}
     * @throws IllegalArgumentException unless it is 1 to 10,000
     */
    public HandlerOptions background(int permits) {
        Checks.between("background", permits, 1, 10_000);
        return with(c -> c.background = permits);
    }

    /**
     * When a batch is handed to a batch handler: when it has so many events, or its first event has waited so long. Default:
     * 100 events, 100 ms.
     *
     * @param maxSize not more than the server's {@code maxPending}
     * @param maxWait less than the server's {@code claimIdle}
     * @throws IllegalArgumentException unless they are 1 to 10,000 events and 1 ms to 1 hour
     */
    public HandlerOptions batch(int maxSize, Duration maxWait) {
        Checks.between("maxSize", maxSize, 1, 10_000);
        Checks.between("maxWait", maxWait, Duration.ofMillis(1), Duration.ofHours(1));
        return with(c -> {
            c.batched = true;
            c.batchSize = maxSize;
            c.batchWait = maxWait;
        });
    }

    /**
     * How long one call of this handler may take. Then its thread is interrupted, and an asynchronous one's stage cancelled:
     * the attempt has failed with a {@link HandlerTimeoutException}, also if the handler returns all the same. One that heeds
     * no interrupt keeps its permit until it ends, which is warned of. Default: no limit.
     *
     * @throws IllegalArgumentException unless it is 1 ms to 7 days
     */
    public HandlerOptions timeLimit(Duration limit) {
        Checks.between("timeLimit", limit, Duration.ofMillis(1), Duration.ofDays(7));
        return with(c -> c.timeLimit = limit);
    }

    /**
     * While this circuit breaker is open, events for this handler are not failed but wait, and count towards the server's
     * {@code maxPending}; half open, it lets as many try as it permits. It is told of each call: how long, and what it threw. A
     * batch is one call, failed if one of its events failed. Needs the library resilience4j-circuitbreaker. Default: none.
     */
    public HandlerOptions circuitBreaker(CircuitBreaker breaker) {
        Breaker wrapped = new Resilience4jBreaker(breaker);
        return with(c -> c.circuitBreaker = wrapped);
    }

    /**
     * What makes two of its events the same. An event that several handlers care for has one policy, that of the first of them
     * that has one; {@code maxRecords} is the server's. Default: the server's policy.
     */
    public HandlerOptions idempotency(IdempotencyPolicy policy) {
        return with(c -> c.idempotency = policy);
    }

    /**
     * Whether the handler says itself, by {@code delivery.ack()} or {@code delivery.fail(…)} and from any thread, what became of
     * an event, and not by its return. Until then the event is held: kept alive, counted towards {@code maxPending}, and in
     * the way of its key's later ones, but not of its permit. At close it is handed back. Default: no.
     */
    public HandlerOptions manualAck() {
        return with(c -> c.manualAck = true);
    }

    /** Only events of these streams, which the server must read. Default: all that the server reads. */
    public HandlerOptions streams(String... names) {
        return with(c -> c.streams = Set.of(names));
    }

    /** Only deliveries of these groups, which the server must read through. Default: all of the server's. */
    public HandlerOptions groups(String... names) {
        return with(c -> c.groups = Set.of(names));
    }

    int priority() {
        return choices.priority;
    }

    String description() {
        return choices.description;
    }

    /** Empty = all. */
    List<VersionRange> versions() {
        return choices.versions;
    }

    /** These options, for the versions that can be read as this one unless others were chosen. */
    HandlerOptions forVersion(String version) {
        return choices.versions.isEmpty()
                ? with(c -> c.versions = List.of(VersionRange.compatibleWith(version)))
                : this;
    }

    RetryPolicy retryOr(RetryPolicy otherwise) {
        return choices.retry == null ? otherwise : choices.retry;
    }

    /** 0 = no limit of its own. */
    int concurrency() {
        return choices.concurrency;
    }

    /** 0 = on the server's threads. */
    int background() {
        return choices.background;
    }

    /** Whether {@link #batch} was called. */
    boolean batched() {
        return choices.batched;
    }

    int batchSize() {
        return choices.batchSize;
    }

    Duration batchWait() {
        return choices.batchWait;
    }

    @Nullable
    Duration timeLimit() {
        return choices.timeLimit;
    }

    @Nullable
    Breaker circuitBreaker() {
        return choices.circuitBreaker;
    }

    /** Null = the server's. */
    @Nullable
    IdempotencyPolicy idempotency() {
        return choices.idempotency;
    }

    boolean isManualAck() {
        return choices.manualAck;
    }

    Set<String> streams() {
        return choices.streams;
    }

    Set<String> groups() {
        return choices.groups;
    }

    boolean appliesTo(SubscriptionName place, String version) {
        return (streams().isEmpty() || streams().contains(place.stream()))
                && (groups().isEmpty() || groups().contains(place.group()))
                && (versions().isEmpty() || versions().stream().anyMatch(range -> range.contains(version)));
    }
}
