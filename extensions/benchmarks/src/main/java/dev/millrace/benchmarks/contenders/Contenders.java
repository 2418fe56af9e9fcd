package dev.millrace.benchmarks.contenders;

import java.util.ArrayList;
import java.util.List;

/** Who there is to measure, by name. */
public final class Contenders {

    /** Measured against all others. */
    public static final String MILLRACE = "millrace";

    /** What a good user writes without any framework. */
    public static final String LETTUCE = "lettuce";

    /** A peer. */
    public static final String JEDIS = "jedis";

    /** A peer. */
    public static final String REDISSON = "redisson";

    /** A peer. */
    public static final String SPRING = "spring";

    /** Redis' own load generator, where it is on the PATH. */
    public static final String REDIS_BENCHMARK = "redis-benchmark";

    /** Events that {@link #REDIS_BENCHMARK} sends at once, never a part of them. */
    public static final int REDIS_BENCHMARK_PIPELINE = RedisBenchmark.PIPELINE;

    private Contenders() {}

    /** All that can be had on this machine. */
    public static List<String> all() {
        List<String> all = new ArrayList<>(List.of(MILLRACE, LETTUCE, JEDIS, REDISSON, SPRING));
        if (RedisBenchmark.program().isPresent()) {
            all.add(REDIS_BENCHMARK);
        }
        return List.copyOf(all);
    }

    /** One who publishes. */
    public static PublishContender publisher(String name, Setup setup) {
        return switch (name) {
            case MILLRACE -> new MillracePublish(setup);
            case LETTUCE -> new LettucePublish(setup);
            case JEDIS -> new JedisPublish(setup);
            case REDISSON -> new RedissonPublish(setup);
            case SPRING -> new SpringPublish(setup);
            case REDIS_BENCHMARK -> new RedisBenchmark(setup);
            default -> throw unknown(name, "publishes");
        };
    }

    /** One who consumes. */
    public static ConsumeContender consumer(String name, Setup setup) {
        return switch (name) {
            case MILLRACE -> new MillraceConsume(setup);
            case LETTUCE -> new LettuceConsume(setup);
            case JEDIS -> new JedisConsume(setup);
            case REDISSON -> new RedissonConsume(setup);
            case SPRING -> new SpringConsume(setup);
            default -> throw unknown(name, "consumes");
        };
    }

    /** One who does both at once. */
    public static LatencyContender latency(String name, Setup setup) {
        return switch (name) {
            case MILLRACE -> new MillraceLatency(setup);
            case LETTUCE -> new LettuceLatency(setup);
            default -> throw unknown(name, "takes part in latency");
        };
    }

    private static IllegalArgumentException unknown(String name, String role) {
        return new IllegalArgumentException("contender '" + name + "': nobody of that name " + role);
    }
}
