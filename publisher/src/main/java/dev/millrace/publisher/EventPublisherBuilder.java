package dev.millrace.publisher;

import dev.millrace.event.BodyCodec;
import dev.millrace.publisher.PublisherSettings.Delivery;
import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.RedisSource;
import dev.millrace.routing.Routing;
import dev.millrace.validation.EventValidator;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Configures an {@link EventPublisher}; only {@code redis} must be set, and not
 * even that if no route leads to a stream. For one thread. */
public final class EventPublisherBuilder {

    // Read by Assembly, which makes a publisher of them.
    final String origin;

    @Nullable
    RedisSource redis;

    Routing routing = Routing.defaults();
    EventValidator validator = EventValidator.none();
    HeaderPolicy headers = HeaderPolicy.defaults();
    final List<EventTransformer> transformers = new ArrayList<>();
    BodyCodec codec = BodyCodec.json();
    WireForm wireForm = WireForm.envelope();
    BatchLimits batch = BatchLimits.defaults();
    BatchGrouping grouping = BatchGrouping.byStream();
    int bufferEvents = 10_000;
    long bufferBytes = 64 << 20;
    int maxEventBytes = 1 << 20;
    Duration blockFor = Duration.ofSeconds(5);
    Duration deliveryTimeout = Duration.ofSeconds(30);
    Duration closeTimeout = Duration.ofSeconds(20);
    Delivery delivery = Delivery.DEFAULTS;

    @Nullable
    Consumer<FailedEvent> onFailure;

    RetentionPolicy retention = RetentionPolicy.defaults();

    @Nullable
    Executor executor;

    @Nullable
    MeterRegistry registry;

    ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

    @Nullable
    PublishObservationConvention observationConvention;

    InstantSource clock = InstantSource.system();

    EventPublisherBuilder(String origin) {
        this.origin = Objects.requireNonNull(origin, "origin");
    }

    /**
     * Publishes to the Redis at this address, over a connection that the publisher opens and closes. Must be set, by this
     * or the other {@code redis}.
     *
     * @param uri for instance {@code redis://localhost:6379}; the forms are those of {@link Redis#connect}
     */
    public EventPublisherBuilder redis(String uri) {
        redis = RedisSource.owned(Objects.requireNonNull(uri, "redis"));
        return this;
    }

    /** Publishes to this Redis, which stays open when the publisher closes. */
    public EventPublisherBuilder redis(Redis shared) {
        redis = RedisSource.shared(Objects.requireNonNull(shared, "redis"));
        return this;
    }

    /** Publishes through this Lettuce client, over connections of our own; the client stays open. */
    public EventPublisherBuilder redis(RedisClient client) {
        redis = RedisSource.over(Objects.requireNonNull(client, "redis"));
        return this;
    }

    /** As {@link #redis(RedisClient)}, for a Redis Cluster. */
    public EventPublisherBuilder redis(RedisClusterClient client) {
        redis = RedisSource.over(Objects.requireNonNull(client, "redis"));
        return this;
    }

    /** Which stream each event goes to. Default: the type's first segment and {@code -events}. */
    public EventPublisherBuilder routing(Routing rules) {
        routing = Objects.requireNonNull(rules, "routing");
        return this;
    }

    /** What may be published. Default: everything. */
    public EventPublisherBuilder validator(EventValidator rules) {
        validator = Objects.requireNonNull(rules, "validator");
        return this;
    }

    /** What headers are filled with. Default: {@link HeaderPolicy#defaults()}. */
    public EventPublisherBuilder headers(HeaderPolicy policy) {
        headers = Objects.requireNonNull(policy, "headers");
        return this;
    }

    /** Changes or drops events before they are validated; several are applied in this order. Default: none. */
    public EventPublisherBuilder transform(EventTransformer transformer) {
        transformers.add(Objects.requireNonNull(transformer, "transformer"));
        return this;
    }

    /** How bodies are serialised. Default: JSON. */
    public EventPublisherBuilder bodyCodec(BodyCodec bodyCodec) {
        codec = Objects.requireNonNull(bodyCodec, "bodyCodec");
        return this;
    }

    /** How events are written into their entries. Default: {@link WireForm#envelope()}. */
    public EventPublisherBuilder wireForm(WireForm form) {
        wireForm = Objects.requireNonNull(form, "wireForm");
        return this;
    }

    /** When batches leave. Default: {@link BatchLimits#defaults()}. */
    public EventPublisherBuilder batch(BatchLimits limits) {
        batch = Objects.requireNonNull(limits, "batch");
        return this;
    }

    /** Which events share a batch; anything but {@code byStream()} gives up their order. Default: by stream. */
    public EventPublisherBuilder grouping(BatchGrouping batchGrouping) {
        grouping = Objects.requireNonNull(batchGrouping, "grouping");
        return this;
    }

    /**
     * Whether the order of a stream is kept under every fault, also if the server refuses single events for a while: one
     * batch of a stream is in flight at a time, stored as a whole or not at all (MULTI, EXEC). Slower where Redis is far
     * away. Default: false.
     */
    public EventPublisherBuilder strictOrder(boolean on) {
        delivery = delivery.withStrictOrder(on);
        return this;
    }

    /**
     * How much may be accepted and not yet completed. Default: 10,000 events and 64 MiB.
     *
     * @param events 1 to 8,388,608
     * @param bytes at least {@code maxEventBytes}, at most 512 GiB; headers and bodies count, not objects
     */
    public EventPublisherBuilder buffer(int events, long bytes) {
        bufferEvents = events;
        bufferBytes = bytes;
        return this;
    }

    /** How long publishing waits when the buffer is full, zero = it fails at once. Default: 5 seconds. */
    public EventPublisherBuilder blockFor(Duration time) {
        blockFor = Objects.requireNonNull(time, "blockFor");
        return this;
    }

    /** How large one event may be with its header, in bytes; larger ones are refused. Default: 1 MiB. */
    public EventPublisherBuilder maxEventBytes(int bytes) {
        maxEventBytes = bytes;
        return this;
    }

    /**
     * How long after its acceptance an event is still sent, and sent again after failures. An attempt that has begun by then
     * is waited for, so that a future completes no later than this plus one attempt: the shorter of this and 10 seconds.
     * Default: 30 seconds.
     */
    public EventPublisherBuilder deliveryTimeout(Duration time) {
        deliveryTimeout = Objects.requireNonNull(time, "deliveryTimeout");
        return this;
    }

    /**
     * Whether what can pass (a lost connection, a server that loads or is full) is sent again until {@code
     * deliveryTimeout}. Default: true.
     *
     * @param on false = each event is sent once, and whatever goes wrong fails its future at once
     */
    public EventPublisherBuilder retries(boolean on) {
        delivery = delivery.withRetries(on);
        return this;
    }

    /**
     * How many events that were given up are kept for {@code failedEvents()}; beyond that the oldest leave, which is
     * counted. Default: 1,000 events and 16 MiB.
     *
     * @param events 0 to 1,000,000
     * @param bytes at most 512 GiB, headers and bodies
     */
    public EventPublisherBuilder failedEvents(int events, long bytes) {
        delivery = delivery.withKept(events, bytes);
        return this;
    }

    /**
     * Told of each event that was accepted and then given up, once, on the executor and after its future has completed.
     * Default: an ERROR in the log with the event's id and type, at most one every 10 seconds.
     */
    public EventPublisherBuilder onFailure(Consumer<FailedEvent> listener) {
        onFailure = Objects.requireNonNull(listener, "onFailure");
        return this;
    }

    /** How long {@code close()} goes on sending what is accepted. Default: 20 seconds. */
    public EventPublisherBuilder closeTimeout(Duration time) {
        closeTimeout = Objects.requireNonNull(time, "closeTimeout");
        return this;
    }

    /**
     * Where futures complete and callbacks run; it is not shut down. One with few threads can be held up by callbacks that
     * block, which {@code health()} says after 10 seconds; what it rejects or throws at is completed by a thread of the
     * publisher's own, as is, within a second of its deadline, all that a close finds open. One that runs tasks in the thread
     * that hands them in is refused by {@code build()}. Default: a virtual thread a task where the JVM has them, else up to
     * 64 daemon threads of the publisher's own, and up to 1,000 while all of these are blocked.
     */
    public EventPublisherBuilder executor(Executor callbacks) {
        executor = Objects.requireNonNull(callbacks, "executor");
        return this;
    }

    /** Where the meters {@code millrace.publisher.*} are registered until close. Default: nowhere. */
    public EventPublisherBuilder meterRegistry(MeterRegistry meterRegistry) {
        registry = Objects.requireNonNull(meterRegistry, "meterRegistry");
        return this;
    }

    /**
     * Where publishes are observed, for traces: from acceptance to being stored, the tracer's context in the event's header.
     * Default: nowhere, at no cost.
     */
    public EventPublisherBuilder observationRegistry(ObservationRegistry registry) {
        observationRegistry = Objects.requireNonNull(registry, "observationRegistry");
        return this;
    }

    /** What observations are called and carry. Default: OpenTelemetry's names, see {@link PublishObservationConvention}. */
    public EventPublisherBuilder observationConvention(PublishObservationConvention convention) {
        observationConvention = Objects.requireNonNull(convention, "observationConvention");
        return this;
    }

    /** How long the streams keep what is handled. Default: {@link RetentionPolicy#defaults()}. */
    public EventPublisherBuilder retention(RetentionPolicy policy) {
        retention = Objects.requireNonNull(policy, "retention");
        return this;
    }

    /**
     * What event ids and timestamps are taken from, and what retention compares entries' and dead letters' ages with: one that
     * runs ahead has them removed early. Default: the system's clock.
     */
    public EventPublisherBuilder clock(InstantSource source) {
        clock = Objects.requireNonNull(source, "clock");
        return this;
    }

    /**
     * Connects and starts the publisher. If it fails, nothing is left behind.
     *
     * @throws IllegalArgumentException if a value makes no sense: the message names key, value and mend
     * @throws dev.millrace.redis.RedisSetupException if Redis cannot be used as configured
     */
    public EventPublisher build() {
        return new Assembly(this).build();
    }

    /** Starts a publisher on a target that is open already, without retention. */
    EventPublisher start(PublisherSettings settings, @Nullable Target target, Runnable closeConnections) {
        return new Assembly(this).start(settings, target, null, closeConnections);
    }

    /** What is configured, checked. */
    PublisherSettings settings() {
        return new Assembly(this).settings();
    }
}
