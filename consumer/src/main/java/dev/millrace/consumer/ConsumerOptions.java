package dev.millrace.consumer;

import dev.millrace.event.BodyCodec;
import dev.millrace.event.internal.Checks;
import dev.millrace.redis.internal.CompanionKeys;
import dev.millrace.redis.internal.RedisSource;
import dev.millrace.validation.EventValidator;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a {@link ConsumerServerBuilder} was told so far, with the defaults; it is checked at the end, as a whole. */
final class ConsumerOptions {

    @Nullable
    RedisSource redis;

    final Map<String, StreamPolicy> streams = new LinkedHashMap<>();
    final Set<String> groups = new LinkedHashSet<>();

    @Nullable
    String consumer;

    @Nullable
    String deadLetterStream;

    @Nullable
    MeterRegistry meterRegistry;

    @Nullable
    IdempotencyStore store;

    StartFrom startFrom = StartFrom.BEGINNING;
    RetryPolicy retry = RetryPolicy.exponential(3, Duration.ofMillis(200));
    IdempotencyPolicy idempotency = IdempotencyPolicy.byHash();
    OrderPolicy order = OrderPolicy.none();
    boolean startPaused;
    UnhandledPolicy unhandled = UnhandledPolicy.SKIP;
    int concurrency = 32;
    int maxPending = 2_000;
    int maxDeliveries = 10;
    Duration claimIdle = Duration.ofSeconds(30);

    @Nullable
    Duration readBlock;

    @Nullable
    Duration commandTimeout;

    Duration closeTimeout = Duration.ofSeconds(20);
    Duration consumerIdleLimit = Duration.ofHours(1);

    @Nullable
    Duration closeOnShutdown;

    EventValidator validator = EventValidator.none();
    BodyCodec codec = BodyCodec.json();
    final List<BodyCodec> moreCodecs = new ArrayList<>();
    final List<ConsumerHooks> hooks = new ArrayList<>();
    ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

    @Nullable
    DeliveryObservationConvention observationConvention;

    final List<EventFilter> filters = new ArrayList<>();
    final List<DeliveryTransformer> transformers = new ArrayList<>();
    InstantSource clock = Clock.systemUTC();
    LongSupplier ticker = System::nanoTime;

    /** The Redis to read from. */
    RedisSource redis() {
        return required("redis", redis, "redis(\"redis://localhost:6379\")");
    }

    /**
     * Everything, checked.
     *
     * @throws IllegalArgumentException if an option is missing or makes no sense: which, its value, and how to mend it
     */
    ConsumerSettings check() {
        redis();
        List<StreamSettings> readable = readable();
        required("group", groups.isEmpty() ? null : groups, "group(\"shipping\")");
        groups.forEach(name -> named("group", name));
        String name = named("consumer", consumer == null ? uniqueName() : consumer);
        checkNumbers();
        return new ConsumerSettings(
                name,
                readable,
                List.copyOf(groups),
                retry,
                idempotency,
                store,
                order,
                unhandled,
                startPaused,
                tuning(),
                closeOnShutdown,
                validator,
                codec,
                new BodyCodecs(codec, moreCodecs),
                List.copyOf(hooks),
                new Surroundings(observationRegistry, observationConvention),
                List.copyOf(filters),
                List.copyOf(transformers),
                clock,
                ticker);
    }

    private ConsumerSettings.Tuning tuning() {
        return new ConsumerSettings.Tuning(
                concurrency, maxPending, maxDeliveries, claimIdle, block(), answer(), closeTimeout, consumerIdleLimit);
    }

    private List<StreamSettings> readable() {
        List<StreamSettings> readable = new ArrayList<>();
        streams.forEach((name, policy) -> readable.add(stream(name, policy)));
        required("stream", readable.isEmpty() ? null : readable, "stream(\"order-events\")");
        return List.copyOf(readable);
    }

    private StreamSettings stream(String name, StreamPolicy policy) {
        named("stream", name);
        return new StreamSettings(
                name,
                policy.priority(),
                policy.startFromOr(startFrom),
                deadLetters(name, policy.deadLetterStreamOr(deadLetterStream)),
                policy.startPaused());
    }

    private String deadLetters(String stream, @Nullable String target) {
        if (target == null) {
            return CompanionKeys.of(stream).deadLetters();
        }
        if (streams.containsKey(target)) {
            throw refused("deadLetterStream", target, "a stream other than the one that is read");
        }
        return named("deadLetterStream", target);
    }

    /** The default is for the usual claim-idle, and follows a shorter one. */
    private Duration answer() {
        return commandTimeout == null
                ? Custody.shorter(Duration.ofSeconds(10), claimIdle.dividedBy(3))
                : commandTimeout;
    }

    private Duration block() {
        return readBlock == null ? Custody.shorter(Duration.ofSeconds(1), answer().dividedBy(2)) : readBlock;
    }

    private void checkNumbers() {
        Checks.between("concurrency", concurrency, 1, 10_000);
        Checks.between("maxPending", maxPending, 1, 1_000_000);
        Checks.between("maxDeliveries", maxDeliveries, 1, 900);
        Checks.between("claimIdle", claimIdle, Duration.ofMillis(300), Duration.ofDays(7));
        Checks.between("readBlock", block(), Duration.ofMillis(1), Duration.ofSeconds(2));
        Checks.between("commandTimeout", answer(), Duration.ofMillis(100), Duration.ofMinutes(10));
        Checks.between("closeTimeout", closeTimeout, Duration.ZERO, Duration.ofHours(1));
        if (closeOnShutdown != null) {
            Checks.between("closeOnShutdown", closeOnShutdown, Duration.ZERO, Duration.ofHours(1));
        }
        Checks.between("consumerIdleLimit", consumerIdleLimit, claimIdle, Duration.ofDays(365));
        Duration most = claimIdle.dividedBy(3);
        if (answer().compareTo(most) > 0) {
            // Else one slow answer would cost us what we hold.
            throw refused(
                    "commandTimeout", answer(), "at most a third of claimIdle, " + most + ", or a longer claimIdle");
        }
        if (block().compareTo(answer()) >= 0) {
            throw refused("readBlock", block(), "less than commandTimeout, " + answer());
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
