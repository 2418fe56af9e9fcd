package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.internal.Checks;
import dev.millrace.redis.Redis;
import dev.millrace.redis.internal.CompanionKeys;
import dev.millrace.redis.internal.RedisSource;
import dev.millrace.validation.EventValidator;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@link ConsumerServer}. {@link #redis}, {@link #stream} and {@link #group} are required; everything else
 * has a default that is right for production. For one thread.
 */
public final class ConsumerServerBuilder {

    private @Nullable RedisSource redis;
    private @Nullable String stream;
    private @Nullable String group;
    private @Nullable String consumer;
    private @Nullable String deadLetterStream;
    private @Nullable MeterRegistry meterRegistry;
    private StartFrom startFrom = StartFrom.BEGINNING;
    private RetryPolicy retry = RetryPolicy.exponential(3, Duration.ofMillis(200));
    private IdempotencyPolicy idempotency = IdempotencyPolicy.byHash();
    private UnhandledPolicy unhandled = UnhandledPolicy.SKIP;
    private int concurrency = 32;
    private int maxPending = 1_000;
    private int maxDeliveries = 10;
    private Duration claimIdle = Duration.ofSeconds(30);
    private Duration readBlock = Duration.ofSeconds(1);
    private Duration commandTimeout = Duration.ofSeconds(10);
    private Duration closeTimeout = Duration.ofSeconds(20);
    private EventValidator validator = EventValidator.none();
    private BodyCodec codec = BodyCodec.json();
    private InstantSource clock = Clock.systemUTC();
    private LongSupplier ticker = System::nanoTime;

    ConsumerServerBuilder() {}

    /**
     * The Redis at this address, connected and closed by the server. Required, in this or the other form.
     *
     * @throws dev.millrace.redis.RedisSetupException if the address cannot be read
     */
    public ConsumerServerBuilder redis(String uri) {
        this.redis = RedisSource.owned(uri);
        return this;
    }

    /** A Redis that the application closes, after the server. Required, in this or the other form. */
    public ConsumerServerBuilder redis(Redis shared) {
        this.redis = RedisSource.shared(shared);
        return this;
    }

    /** The Lettuce client of the application, which stays open: the server opens and closes connections of its own. */
    public ConsumerServerBuilder redis(RedisClient client) {
        this.redis = RedisSource.over(client);
        return this;
    }

    /** As {@link #redis(RedisClient)}, for a Redis Cluster. */
    public ConsumerServerBuilder redis(RedisClusterClient client) {
        this.redis = RedisSource.over(client);
        return this;
    }

    /** The stream to read; created if it does not exist. Required. */
    public ConsumerServerBuilder stream(String name) {
        this.stream = name;
        return this;
    }

    /** The group to read through: each group sees every event, the consumers of one group share them. Required. */
    public ConsumerServerBuilder group(String name) {
        this.group = name;
        return this;
    }

    /** This process' name in the group; no two at a time may share one. Default: host, process id and a random part. */
    public ConsumerServerBuilder consumer(String name) {
        this.consumer = name;
        return this;
    }

    /** Where the group begins when it is created for the first time. Default: {@link StartFrom#BEGINNING}. */
    public ConsumerServerBuilder startFrom(StartFrom position) {
        this.startFrom = position;
        return this;
    }

    /** What happens after a failure. Default: 3 retries, 200 ms doubled up to 30 s, 20 % jitter. */
    public ConsumerServerBuilder retry(RetryPolicy policy) {
        this.retry = policy;
        return this;
    }

    /** What makes two events the same. Default: {@link IdempotencyPolicy#byHash()}, 5 minutes. */
    public ConsumerServerBuilder idempotency(IdempotencyPolicy policy) {
        this.idempotency = policy;
        return this;
    }

    /** What happens to types without a handler. Default: {@link UnhandledPolicy#SKIP}. */
    public ConsumerServerBuilder unhandled(UnhandledPolicy policy) {
        this.unhandled = policy;
        return this;
    }

    /** The stream for events that were given up. Default: {@code {stream}:dead}. */
    public ConsumerServerBuilder deadLetterStream(String name) {
        this.deadLetterStream = name;
        return this;
    }

    /** How many handlers run at once, 1 to 10,000. Default: 32. */
    public ConsumerServerBuilder concurrency(int handlers) {
        this.concurrency = handlers;
        return this;
    }

    /** How many entries are held at most, running, buffered, waiting or unacknowledged; there reading stops. Default: 1,000. */
    public ConsumerServerBuilder maxPending(int entries) {
        this.maxPending = entries;
        return this;
    }

    /**
     * How often an entry may come back without the outcome of an attempt, as one does that kills its process, before it is
     * dead-lettered, 1 to 900. Default: 10.
     */
    public ConsumerServerBuilder maxDeliveries(int returns) {
        this.maxDeliveries = returns;
        return this;
    }

    /**
     * How long an entry must be silent before another consumer takes it over, at least 300 ms. What is held is kept alive
     * every third of it. The same for all servers of a group. Default: 30 seconds.
     */
    public ConsumerServerBuilder claimIdle(Duration idle) {
        this.claimIdle = idle;
        return this;
    }

    /** How long a read waits in Redis for new entries (XREADGROUP BLOCK), 1 ms to 2 s. Default: 1 second. */
    public ConsumerServerBuilder readBlock(Duration block) {
        this.readBlock = block;
        return this;
    }

    /** How long any other command may take; longer than {@link #readBlock}. Default: 10 seconds. */
    public ConsumerServerBuilder commandTimeout(Duration timeout) {
        this.commandTimeout = timeout;
        return this;
    }

    /** How long {@link ConsumerServer#close()} waits for running handlers. Default: 20 seconds. */
    public ConsumerServerBuilder closeTimeout(Duration timeout) {
        this.closeTimeout = timeout;
        return this;
    }

    /** Checks each body after it was read into its handler's type. Default: {@link EventValidator#none()}. */
    public ConsumerServerBuilder validator(EventValidator validator) {
        this.validator = validator;
        return this;
    }

    /** Reads bodies. Default: {@link BodyCodec#json()}. */
    public ConsumerServerBuilder bodyCodec(BodyCodec codec) {
        this.codec = codec;
        return this;
    }

    /** Where the meters are registered, until close. Default: nowhere. */
    public ConsumerServerBuilder meterRegistry(MeterRegistry registry) {
        this.meterRegistry = registry;
        return this;
    }

    /** For tests: what time it is. */
    ConsumerServerBuilder clock(InstantSource clock, LongSupplier ticker) {
        this.clock = clock;
        this.ticker = ticker;
        return this;
    }

    /**
     * Checks the options; nothing is connected before {@link ConsumerServer#start()}.
     *
     * @throws IllegalArgumentException if an option is missing or makes no sense: which, its value, and how to mend it
     */
    public ConsumerServer build() {
        RedisSource source = required("redis", redis, "redis(\"redis://localhost:6379\")");
        String streamName = named("stream", required("stream", stream, "stream(\"order-events\")"));
        String groupName = named("group", required("group", group, "group(\"shipping\")"));
        String consumerName = named("consumer", consumer == null ? uniqueName() : consumer);
        checkNumbers();
        ConsumerSettings settings = new ConsumerSettings(
                new SubscriptionName(streamName, groupName, consumerName),
                startFrom,
                deadLetters(streamName),
                retry,
                idempotency,
                unhandled,
                concurrency,
                maxPending,
                maxDeliveries,
                claimIdle,
                readBlock,
                commandTimeout,
                closeTimeout,
                validator,
                codec,
                clock,
                ticker);
        return new ConsumerServer(settings, source, meterRegistry);
    }

    private String deadLetters(String streamName) {
        if (deadLetterStream == null) {
            return CompanionKeys.of(streamName).deadLetters();
        }
        if (deadLetterStream.equals(streamName)) {
            throw refused("deadLetterStream", deadLetterStream, "a stream other than the one that is read");
        }
        return named("deadLetterStream", deadLetterStream);
    }

    private void checkNumbers() {
        Checks.between("concurrency", concurrency, 1, 10_000);
        Checks.between("maxPending", maxPending, 1, 1_000_000);
        Checks.between("maxDeliveries", maxDeliveries, 1, 900);
        Checks.between("claimIdle", claimIdle, Duration.ofMillis(300), Duration.ofDays(7));
        Checks.between("readBlock", readBlock, Duration.ofMillis(1), Duration.ofSeconds(2));
        Checks.between("commandTimeout", commandTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
        Checks.between("closeTimeout", closeTimeout, Duration.ZERO, Duration.ofHours(1));
        if (readBlock.compareTo(commandTimeout) >= 0) {
            throw refused("readBlock", readBlock, "less than commandTimeout, " + commandTimeout);
        }
        if (maxPending < concurrency) {
            throw refused("maxPending", maxPending, "at least concurrency, " + concurrency);
        }
    }

    private static String uniqueName() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "host";
        }
        long random = ThreadLocalRandom.current().nextLong() & 0xffff_ffffL;
        return host + "-" + ProcessHandle.current().pid() + "-" + Long.toHexString(random);
    }

    private static <T> T required(String key, @Nullable T value, String mend) {
        if (value == null) {
            throw new IllegalArgumentException(key + ": not given; use " + mend);
        }
        return value;
    }

    private static String named(String key, String value) {
        if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
            throw refused(key, "'" + value + "'", "a name that is not blank, without control characters");
        }
        return value;
    }

    private static IllegalArgumentException refused(String key, Object value, String mend) {
        return new IllegalArgumentException(key + ": got " + value + "; use " + mend);
    }
}
