package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.RedisSource;
import dev.millrace.validation.EventValidator;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The options of a {@link ConsumerServer}. {@link #redis}, {@link #stream} and {@link #group} are required; everything else
 * has a default that is right for production. For one thread.
 */
public final class ConsumerServerBuilder {

    private final ConsumerOptions options = new ConsumerOptions();

    ConsumerServerBuilder() {}

    /**
     * The Redis at this address, connected and closed by the server. Required, in this or the other form.
     *
     * @throws dev.millrace.redis.RedisSetupException if the address cannot be read
     */
    public ConsumerServerBuilder redis(String uri) {
        options.redis = RedisSource.owned(uri);
        return this;
    }

    /** A Redis that the application closes, after the server. Required, in this or the other form. */
    public ConsumerServerBuilder redis(Redis shared) {
        options.redis = RedisSource.shared(shared);
        return this;
    }

    /** The Lettuce client of the application, which stays open: the server opens and closes connections of its own. */
    public ConsumerServerBuilder redis(RedisClient client) {
        options.redis = RedisSource.over(client);
        return this;
    }

    /** As {@link #redis(RedisClient)}, for a Redis Cluster. */
    public ConsumerServerBuilder redis(RedisClusterClient client) {
        options.redis = RedisSource.over(client);
        return this;
    }

    /**
     * A stream to read, besides those named before; created if it does not exist. At least one is required.
     *
     * @throws IllegalArgumentException if it was named before
     */
    public ConsumerServerBuilder stream(String name) {
        return stream(name, StreamPolicy.defaults());
    }

    /** As {@link #stream(String)}, read in this way. */
    public ConsumerServerBuilder stream(String name, StreamPolicy policy) {
        if (options.streams.putIfAbsent(name, policy) != null) {
            throw new IllegalArgumentException("stream: got '" + name + "' twice; name each stream once");
        }
        return this;
    }

    /**
     * A group to read through, besides those named before: each group sees every event of every stream, the consumers of one
     * group share them. At least one is required.
     */
    public ConsumerServerBuilder group(String name) {
        options.groups.add(name);
        return this;
    }

    /** This process' name in its groups; no two at a time may share one. Default: host, process id and a random part. */
    public ConsumerServerBuilder consumer(String name) {
        options.consumer = name;
        return this;
    }

    /** Where the group begins when it is created for the first time. Default: {@link StartFrom#BEGINNING}. */
    public ConsumerServerBuilder startFrom(StartFrom position) {
        options.startFrom = position;
        return this;
    }

    /** What happens after a failure. Default: 3 retries, 200 ms doubled up to 30 s, 20 % jitter. */
    public ConsumerServerBuilder retry(RetryPolicy policy) {
        options.retry = policy;
        return this;
    }

    /** What makes two events the same. Default: {@link IdempotencyPolicy#byHash()}, 5 minutes. */
    public ConsumerServerBuilder idempotency(IdempotencyPolicy policy) {
        options.idempotency = policy;
        return this;
    }

    /** Where idempotency keeps its records; closed by the application, after the server. Default: the Redis that is read. */
    public ConsumerServerBuilder idempotencyStore(IdempotencyStore store) {
        options.store = store;
        return this;
    }

    /** Which events are handled one after the other. Default: {@link OrderPolicy#none()}. */
    public ConsumerServerBuilder order(OrderPolicy policy) {
        options.order = policy;
        return this;
    }

    /** Whether nothing is read before {@link ConsumerServer#resume()}. Default: false. */
    public ConsumerServerBuilder startPaused(boolean paused) {
        options.startPaused = paused;
        return this;
    }

    /** What happens to types without a handler. Default: {@link UnhandledPolicy#SKIP}. */
    public ConsumerServerBuilder unhandled(UnhandledPolicy policy) {
        options.unhandled = policy;
        return this;
    }

    /**
     * The stream for events that were given up: at most 100,000, the oldest leave. Publishers' retention, which removes letters by
     * their age, sees to the default alone. Default: {@code {stream}:dead}.
     */
    public ConsumerServerBuilder deadLetterStream(String name) {
        options.deadLetterStream = name;
        return this;
    }

    /** How many handlers run at once, 1 to 10,000. Default: 32. */
    public ConsumerServerBuilder concurrency(int handlers) {
        options.concurrency = handlers;
        return this;
    }

    /** How many entries are held at most, running, buffered, waiting or unacknowledged; there reading stops. Default: 2,000. */
    public ConsumerServerBuilder maxPending(int entries) {
        options.maxPending = entries;
        return this;
    }

    /**
     * How often an entry may come back without the outcome of an attempt, as one does that kills its process, before it is
     * dead-lettered, 1 to 900. Default: 10.
     */
    public ConsumerServerBuilder maxDeliveries(int returns) {
        options.maxDeliveries = returns;
        return this;
    }

    /**
     * How long an entry must be silent before another consumer takes it over, at least 300 ms. What is held is kept alive
     * every third of it. The same for all servers of a group. Default: 30 seconds.
     */
    public ConsumerServerBuilder claimIdle(Duration idle) {
        options.claimIdle = idle;
        return this;
    }

    /** How long a read waits in Redis for new entries (XREADGROUP BLOCK), 1 ms to 2 s. Default: 1 second, or half of {@link #commandTimeout} where it is less. */
    public ConsumerServerBuilder readBlock(Duration block) {
        options.readBlock = block;
        return this;
    }

    /**
     * How long any other command may take; longer than {@link #readBlock}, and at most a third of {@link #claimIdle}. Default:
     * 10 seconds, or that third where it is less.
     */
    public ConsumerServerBuilder commandTimeout(Duration timeout) {
        options.commandTimeout = timeout;
        return this;
    }

    /**
     * How long a consumer name under which nothing is pending may be silent before it is removed from the group, at least
     * {@link #claimIdle}; it comes back with its next entry. Default: 1 hour.
     */
    public ConsumerServerBuilder consumerIdleLimit(Duration limit) {
        options.consumerIdleLimit = limit;
        return this;
    }

    /** How long {@link ConsumerServer#close()} waits for running handlers. Default: 20 seconds. */
    public ConsumerServerBuilder closeTimeout(Duration timeout) {
        options.closeTimeout = timeout;
        return this;
    }

    /**
     * Closes the server, with this close time-out, when the JVM is asked to end (SIGTERM, {@code System.exit}) and it was not
     * closed before. Default: it does not.
     */
    public ConsumerServerBuilder closeOnShutdown(Duration timeout) {
        options.closeOnShutdown = timeout;
        return this;
    }

    /** Checks each body after it was read into its handler's type. Default: {@link EventValidator#none()}. */
    public ConsumerServerBuilder validator(EventValidator validator) {
        options.validator = validator;
        return this;
    }

    /** Reads bodies that do not name a content type, or name this one's. Default: {@link BodyCodec#json()}. */
    public ConsumerServerBuilder bodyCodec(BodyCodec codec) {
        options.codec = codec;
        return this;
    }

    /**
     * Reads bodies of this codec's content type, besides the others; {@code application/octet-stream} is there already. A
     * handler that takes {@code byte[]} needs none; what no codec can read for its handler is a dead letter (MALFORMED).
     * Default: none.
     */
    public ConsumerServerBuilder addBodyCodec(BodyCodec codec) {
        options.moreCodecs.add(codec);
        return this;
    }

    /** Decides what is handled, after those added before have let it through. Default: everything. */
    public ConsumerServerBuilder filter(EventFilter filter) {
        options.filters.add(filter);
        return this;
    }

    /** Changes events before their handlers see them, after those added before. Default: none. */
    public ConsumerServerBuilder transform(DeliveryTransformer transformer) {
        options.transformers.add(transformer);
        return this;
    }

    /** Is told what becomes of each event, after those added before. Default: none. */
    public ConsumerServerBuilder hooks(ConsumerHooks hooks) {
        options.hooks.add(hooks);
        return this;
    }

    /** Where the meters are registered, until close. Default: nowhere. */
    public ConsumerServerBuilder meterRegistry(MeterRegistry registry) {
        options.meterRegistry = registry;
        return this;
    }

    /**
     * Where calls of handlers are observed, for traces: linked to the publish by the context in the event's header. Default:
     * nowhere, at no cost.
     */
    public ConsumerServerBuilder observationRegistry(ObservationRegistry registry) {
        options.observationRegistry = registry;
        return this;
    }

    /** What observations are called and carry. Default: OpenTelemetry's names, see {@link DeliveryObservationConvention}. */
    public ConsumerServerBuilder observationConvention(DeliveryObservationConvention convention) {
        options.observationConvention = convention;
        return this;
    }

    /** For tests: what time it is. */
    ConsumerServerBuilder clock(InstantSource clock, LongSupplier ticker) {
        options.clock = clock;
        options.ticker = ticker;
        return this;
    }

    /**
     * Checks the options; nothing is connected before {@link ConsumerServer#start()}.
     *
     * @throws IllegalArgumentException if an option is missing or makes no sense: which, its value, and how to mend it
     */
    public ConsumerServer build() {
        return new ConsumerServer(options.check(), options.redis(), options.meterRegistry);
    }
}
