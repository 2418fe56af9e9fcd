package dev.millrace.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Millrace is to reach: a figure, or its ratio to another contender's in the same round.
 *
 * @param workload where
 * @param contender whose figure
 * @param other by whose it is divided; null = the figure itself
 * @param figure which
 * @param kind what the bound means
 * @param bound the least or the most; 0 where the figure is only stated
 */
record Goal(String workload, String contender, @Nullable String other, Figure figure, Kind kind, double bound) {

    /** What a bound means. */
    enum Kind {
        AT_LEAST("≥ "),
        AT_MOST("≤ "),
        STATED("");

        private final String sign;

        Kind(String sign) {
            this.sign = sign;
        }
    }

    /** An envelope's bytes, which allocation is measured by. */
    private static final double ENVELOPE = 460;

    private static final String MILLRACE = "millrace";
    private static final String OFF = "millrace, idempotency off";
    private static final String LETTUCE = "lettuce";

    /** All of them, in the order of the workloads. */
    static List<Goal> all() {
        List<Goal> goals = new ArrayList<>();
        publish(goals);
        consume(goals);
        latency(goals, "latency at 1000/s");
        latency(goals, "latency at 5000/s");
        room(goals);
        return goals;
    }

    private static void publish(List<Goal> goals) {
        String whole = "publish";
        goals.add(rate(whole, MILLRACE, LETTUCE, 1.8));
        goals.add(rate(whole, MILLRACE, "redisson", 2));
        goals.add(rate(whole, MILLRACE, "spring", 3));
        goals.add(rate(whole, MILLRACE, "spring, one by one", 25));
        goals.add(stated(whole, MILLRACE, "jedis", Figure.RATE));
        goals.add(atMost(whole, MILLRACE, LETTUCE, Figure.CLIENT_CPU, 0.5));
        goals.add(atMost(whole, MILLRACE, LETTUCE, Figure.REDIS_CPU, 1.05));
        goals.add(atMost(whole, MILLRACE, null, Figure.ALLOCATED, 1.5 * ENVELOPE));
        String prebuilt = "publish, prebuilt bodies";
        goals.add(rate(prebuilt, MILLRACE, LETTUCE, 1.6));
        goals.add(rate(prebuilt, MILLRACE, "redis-benchmark", 0.85));
        goals.add(rate(prebuilt, MILLRACE, "jedis", 1));
    }

    private static void consume(List<Goal> goals) {
        String plain = "consume";
        goals.add(rate(plain, MILLRACE, LETTUCE, 1.5));
        goals.add(rate(plain, MILLRACE, "lettuce, prefetch", 0.95));
        goals.add(rate(plain, MILLRACE, "jedis", 1.2));
        goals.add(rate(plain, MILLRACE, "spring", 20));
        goals.add(atMost(plain, MILLRACE, null, Figure.ALLOCATED, 2 * ENVELOPE));
        String idempotent = "consume, idempotency";
        goals.add(rate(idempotent, MILLRACE, OFF, 0.6));
        goals.add(rate(idempotent, MILLRACE, "lettuce, SET NX", 1.3));
        goals.add(atMost(idempotent, MILLRACE, null, Figure.REDIS_MEMORY, 110));
        goals.add(rate("consume, order per key", MILLRACE, "millrace, no order", 0.8));
    }

    private static void latency(List<Goal> goals, String workload) {
        goals.add(atMost(workload, OFF, LETTUCE, Figure.P50, 1.2));
        goals.add(atMost(workload, OFF, LETTUCE, Figure.P99, 1.5));
        goals.add(atMost(workload, MILLRACE, LETTUCE, Figure.P50, 1.6));
    }

    private static void room(List<Goal> goals) {
        String plenty = "millrace, 512 MiB";
        goals.add(rate("memory, publish", "millrace, 128 MiB", plenty, 0.95));
        goals.add(rate("memory, consume", "millrace, 128 MiB", plenty, 0.95));
        goals.add(rate("memory, consume", "millrace, 128 MiB, a million waiting", plenty, 0.95));
        for (String workload : List.of("cost, publish", "cost, consume")) {
            goals.add(atMost(workload, "millrace, meters", "millrace, bare", Figure.CLIENT_CPU, 1.05));
            goals.add(atMost(workload, "millrace, observations", "millrace, bare", Figure.CLIENT_CPU, 1.05));
            goals.add(atMost(workload, "millrace, validation", "millrace, bare", Figure.CLIENT_CPU, 1.05));
            goals.add(stated(workload, "millrace, Bean Validation", "millrace, bare", Figure.CLIENT_CPU));
        }
    }

    private static Goal rate(String workload, String contender, String other, double bound) {
        return new Goal(workload, contender, other, Figure.RATE, Kind.AT_LEAST, bound);
    }

    private static Goal atMost(String workload, String contender, @Nullable String other, Figure figure, double bound) {
        return new Goal(workload, contender, other, figure, Kind.AT_MOST, bound);
    }

    private static Goal stated(String workload, String contender, String other, Figure figure) {
        return new Goal(workload, contender, other, figure, Kind.STATED, 0);
    }

    /** How far it is reached; empty if it was not measured. */
    Optional<Spread> reached(Comparison comparison) {
        return other == null
                ? comparison.figure(workload, contender, figure)
                : comparison.ratio(workload, contender, other, figure);
    }

    boolean missed(Spread reached) {
        return switch (kind) {
            case AT_LEAST -> reached.median() < bound;
            case AT_MOST -> reached.median() > bound;
            case STATED -> false;
        };
    }

    /** In a word; nothing where there is no bound. */
    String verdict(Spread reached) {
        if (kind == Kind.STATED) {
            return "";
        }
        return missed(reached) ? "missed" : "reached";
    }

    /** In words; unlike those of every other. */
    String text() {
        String divided = other == null ? "" : " / " + other;
        return workload + ": " + figure.label() + ", " + contender + divided;
    }

    /** In words. */
    String boundText() {
        return kind == Kind.STATED ? "stated" : kind.sign + Numbers.of(bound);
    }
}
