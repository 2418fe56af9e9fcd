package dev.millrace.publisher;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.EventHeader;
import dev.millrace.event.internal.Checks;
import dev.millrace.publisher.PublisherSettings.Buffer;
import dev.millrace.publisher.PublisherSettings.Timeouts;
import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.RedisLink;
import dev.millrace.routing.Routing;
import dev.millrace.validation.EventValidator;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Configures an {@link EventPublisher}; only {@code redis} must be set. For one thread. */
public final class EventPublisherBuilder {

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final int LARGEST_ENTRY = 512 << 20;

    private final String origin;
    private @Nullable Supplier<Redis> redis;
    private boolean ownsRedis;
    private Routing routing = Routing.defaults();
    private EventValidator validator = EventValidator.none();
    private HeaderPolicy headers = HeaderPolicy.defaults();
    private final List<EventTransformer> transformers = new ArrayList<>();
    private BodyCodec codec = BodyCodec.json();
    private WireForm wireForm = WireForm.envelope();
    private BatchLimits batch = BatchLimits.defaults();
    private int bufferEvents = 10_000;
    private long bufferBytes = 64 << 20;
    private int maxEventBytes = 1 << 20;
    private Duration blockFor = Duration.ofSeconds(5);
    private Duration deliveryTimeout = Duration.ofSeconds(30);
    private Duration closeTimeout = Duration.ofSeconds(20);
    private @Nullable Executor executor;
    private @Nullable MeterRegistry registry;
    private InstantSource clock = InstantSource.system();

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
        Objects.requireNonNull(uri, "redis");
        return redis(() -> Redis.connect(uri), true);
    }

    /** Publishes to this Redis, which stays open when the publisher closes. */
    public EventPublisherBuilder redis(Redis shared) {
        Objects.requireNonNull(shared, "redis");
        return redis(() -> shared, false);
    }

    /** Publishes through this Lettuce client, over connections of our own; the client stays open. */
    public EventPublisherBuilder redis(RedisClient client) {
        Objects.requireNonNull(client, "redis");
        return redis(() -> Redis.using(client), true);
    }

    /** As {@link #redis(RedisClient)}, for a Redis Cluster. */
    public EventPublisherBuilder redis(RedisClusterClient client) {
        Objects.requireNonNull(client, "redis");
        return redis(() -> Redis.using(client), true);
    }

    private EventPublisherBuilder redis(Supplier<Redis> door, boolean owned) {
        redis = door;
        ownsRedis = owned;
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

    /** How long after its acceptance an event is still sent, and sent again after failures. Default: 30 seconds. */
    public EventPublisherBuilder deliveryTimeout(Duration time) {
        deliveryTimeout = Objects.requireNonNull(time, "deliveryTimeout");
        return this;
    }

    /** How long {@code close()} goes on sending what is accepted. Default: 20 seconds. */
    public EventPublisherBuilder closeTimeout(Duration time) {
        closeTimeout = Objects.requireNonNull(time, "closeTimeout");
        return this;
    }

    /**
     * Where futures complete and callbacks run; it is not shut down. One with few threads can be held up by callbacks that
     * block. Default: a virtual thread a task where the JVM has them, else up to 64 daemon threads of the publisher's own.
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

    /** What event ids and timestamps are taken from. Default: the system's clock. */
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
        PublisherSettings settings = settings();
        if (redis == null) {
            throw new IllegalArgumentException(
                    "redis: missing; set an address such as redis(\"redis://localhost:6379\")");
        }
        RedisLink link = RedisLink.of(redis.get());
        boolean owned = ownsRedis;
        try {
            link.check();
            Target target = new RedisTarget(link.appender());
            return start(settings, target, () -> {
                target.close();
                if (owned) {
                    link.close();
                }
            });
        } catch (RuntimeException e) {
            if (owned) {
                link.close();
            }
            throw e;
        }
    }

    /** Starts a publisher on a target that is open already. */
    EventPublisher start(PublisherSettings settings, Target target, Runnable closeConnections) {
        EntryWriter writer = new EntryWriter(codec, wireForm);
        PublisherMeters meters = new PublisherMeters(registry, settings.origin());
        Backoff backoff = new Backoff(
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                () -> ThreadLocalRandom.current().nextDouble());
        Engine engine = new Engine(settings, executor, meters, backoff, System::nanoTime);
        Lanes lanes = new Lanes(target, settings.batch());
        EventSealer sealer = new EventSealer(validator, routing, writer, lanes, settings.maxEventBytes());
        Preparation preparation =
                new Preparation(new Headers(settings.origin(), clock, headers), transformers, headers);
        engine.start();
        return new EventPublisher(settings, preparation, sealer, engine, meters, closeConnections);
    }

    /** What is configured, checked. */
    PublisherSettings settings() {
        checkOrigin();
        EntryWriter unused = new EntryWriter(codec, wireForm); // refuses what does not go together
        Checks.between("buffer.events", bufferEvents, 1, Load.MAX_EVENTS);
        Checks.between("buffer.bytes", bufferBytes, 1, Load.MAX_BYTES);
        Checks.between("maxEventBytes", maxEventBytes, 1, LARGEST_ENTRY);
        Checks.between("blockFor", blockFor, Duration.ZERO, LONGEST);
        Checks.between("deliveryTimeout", deliveryTimeout, Duration.ofMillis(1), LONGEST);
        Checks.between("closeTimeout", closeTimeout, Duration.ZERO, LONGEST);
        if (bufferBytes < maxEventBytes) {
            throw new IllegalArgumentException("buffer.bytes: got " + bufferBytes + ", less than maxEventBytes "
                    + maxEventBytes + ": such an event could never be accepted; raise the one or lower the other");
        }
        if (batch.maxWait().compareTo(deliveryTimeout) >= 0) {
            throw new IllegalArgumentException(
                    "batch.maxWait: got " + batch.maxWait() + ", not less than deliveryTimeout " + deliveryTimeout
                            + ": events would fail before they leave; raise the one or lower the other");
        }
        Duration attempt = deliveryTimeout.compareTo(ATTEMPT) < 0 ? deliveryTimeout : ATTEMPT;
        return new PublisherSettings(
                origin,
                batch,
                new Buffer(bufferEvents, bufferBytes, blockFor),
                new Timeouts(deliveryTimeout, attempt, closeTimeout),
                maxEventBytes);
    }

    private void checkOrigin() {
        if (origin.isBlank()) {
            throw new IllegalArgumentException("origin: got '" + origin + "'; name the service that publishes");
        }
        EventHeader unused = EventHeader.builder("a").origin(origin).build(clock); // refuses what no header may have
    }
}
