package dev.millrace.benchmarks;

import dev.millrace.benchmarks.Trial.Kind;
import dev.millrace.benchmarks.contenders.Contenders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What is measured: the suites, by name, and the trials of each. */
final class Suites {

    /** What the trials of a suite have in common with most others: half a gigabyte of heap, and no warnings of newer JVMs. */
    private static final List<String> JVM = jvm("512m");

    private static final List<String> SMALL_JVM = jvm("128m");

    /** Of latency trials. */
    private static final int TIMED_SECONDS = 15;

    /** Of contenders that make some ten thousand events a second: half a minute or less, with the defaults. */
    private static final double SLOW_WARM_UP = 0.2;

    private static final String IDEMPOTENCY = "idempotency";
    private static final String OFF = "millrace, idempotency off";

    private final Map<String, Supplier<List<Trial>>> suites = new LinkedHashMap<>();
    private final long events;
    private final long warmUp;

    /**
     * All suites.
     *
     * @param events in the timed section of a fast contender's trial
     * @param warmUp before it
     */
    Suites(long events, long warmUp) {
        this.events = events;
        this.warmUp = warmUp;
        suites.put("publish", this::publish);
        suites.put("consume", this::consume);
        suites.put(IDEMPOTENCY, this::idempotency);
        suites.put("order", this::order);
        suites.put("latency", this::latency);
        suites.put("memory", this::memory);
        suites.put("scale", () -> new ScaleSuite(this::trial).trials());
        suites.put("cost", this::cost);
    }

    /** Their names, in the order in which they run. */
    List<String> names() {
        return List.copyOf(suites.keySet());
    }

    /** The trials of one. */
    List<Trial> trials(String suite) {
        Supplier<List<Trial>> trials = suites.get(suite);
        if (trials == null) {
            throw new IllegalArgumentException("--only: got '" + suite + "'; use some of " + String.join(",", names()));
        }
        return trials.get();
    }

    private List<Trial> publish() {
        List<Trial> trials = new ArrayList<>();
        for (String contender : Contenders.all()) {
            if (!contender.equals(Contenders.REDIS_BENCHMARK)) {
                trials.add(trial(Kind.PUBLISH, "publish", contender, contender, Map.of()));
            }
        }
        trials.add(trial(Kind.PUBLISH, "publish", "spring, one by one", Contenders.SPRING, on("single"))
                .scaled(0.03, SLOW_WARM_UP));
        for (String contender : Contenders.all()) {
            if (!contender.equals(Contenders.SPRING)) {
                Trial trial = trial(Kind.PUBLISH, "publish, prebuilt bodies", contender, contender, on("prebuilt"));
                boolean whole = contender.equals(Contenders.REDIS_BENCHMARK);
                trials.add(whole ? trial.inPipelinesOf(Contenders.REDIS_BENCHMARK_PIPELINE) : trial);
            }
        }
        return trials;
    }

    private List<Trial> consume() {
        String workload = "consume";
        return List.of(
                trial(Kind.CONSUME, workload, Contenders.MILLRACE, Contenders.MILLRACE, Map.of()),
                trial(Kind.CONSUME, workload, Contenders.LETTUCE, Contenders.LETTUCE, Map.of()),
                trial(Kind.CONSUME, workload, "lettuce, prefetch", Contenders.LETTUCE, on("prefetch")),
                trial(Kind.CONSUME, workload, Contenders.JEDIS, Contenders.JEDIS, Map.of()),
                trial(Kind.CONSUME, workload, Contenders.REDISSON, Contenders.REDISSON, Map.of()),
                trial(Kind.CONSUME, workload, Contenders.SPRING, Contenders.SPRING, Map.of())
                        .scaled(0.05, SLOW_WARM_UP));
    }

    private List<Trial> idempotency() {
        String workload = "consume, idempotency";
        return List.of(
                trial(Kind.CONSUME, workload, Contenders.MILLRACE, Contenders.MILLRACE, on(IDEMPOTENCY)),
                trial(Kind.CONSUME, workload, OFF, Contenders.MILLRACE, Map.of()),
                trial(Kind.CONSUME, workload, "lettuce, SET NX", Contenders.LETTUCE, on("setnx")));
    }

    private List<Trial> order() {
        String workload = "consume, order per key";
        Map<String, String> keyed = Map.of("keys", "1000");
        Map<String, String> ordered = Map.of("keys", "1000", "order", "on");
        return List.of(
                trial(Kind.CONSUME, workload, Contenders.MILLRACE, Contenders.MILLRACE, ordered),
                trial(Kind.CONSUME, workload, "millrace, no order", Contenders.MILLRACE, keyed));
    }

    private List<Trial> latency() {
        List<Trial> trials = new ArrayList<>();
        for (int rate : new int[] {1_000, 5_000}) {
            String workload = "latency at " + rate + "/s";
            Map<String, String> options = Map.of("rate", String.valueOf(rate));
            Map<String, String> idempotent = Map.of("rate", String.valueOf(rate), IDEMPOTENCY, "on");
            trials.add(timed(workload, OFF, Contenders.MILLRACE, options));
            trials.add(timed(workload, Contenders.MILLRACE, Contenders.MILLRACE, idempotent));
            trials.add(timed(workload, Contenders.LETTUCE, Contenders.LETTUCE, options));
        }
        return trials;
    }

    /** As many seconds at every rate, whatever others publish. */
    private static Trial timed(String workload, String contender, String who, Map<String, String> options) {
        long rate = Long.parseLong(options.getOrDefault("rate", "0"));
        long before = LatencyTrial.warmUp(rate);
        return new Trial(Kind.LATENCY, workload, contender, who, rate * TIMED_SECONDS, before, options, JVM);
    }

    private List<Trial> memory() {
        List<Trial> trials = new ArrayList<>();
        for (Kind kind : new Kind[] {Kind.PUBLISH, Kind.CONSUME}) {
            String workload = "memory, " + (kind == Kind.PUBLISH ? "publish" : "consume");
            Trial plenty = trial(kind, workload, "millrace, 512 MiB", Contenders.MILLRACE, Map.of());
            trials.add(plenty);
            trials.add(plenty.in(SMALL_JVM, "millrace, 128 MiB"));
            if (kind == Kind.CONSUME) {
                Map<String, String> waiting = Map.of("backlog", "1000000");
                trials.add(trial(kind, workload, Contenders.MILLRACE, Contenders.MILLRACE, waiting)
                        .in(SMALL_JVM, "millrace, 128 MiB, a million waiting"));
            }
        }
        return trials;
    }

    private List<Trial> cost() {
        List<Trial> trials = new ArrayList<>();
        for (Kind kind : new Kind[] {Kind.PUBLISH, Kind.CONSUME}) {
            String workload = "cost, " + (kind == Kind.PUBLISH ? "publish" : "consume");
            trials.add(sliced(kind, workload, "millrace, bare", Map.of()));
            trials.add(sliced(kind, workload, "millrace, meters", on("meters")));
            trials.add(sliced(kind, workload, "millrace, validation", Map.of("validation", "rule")));
            trials.add(sliced(kind, workload, "millrace, Bean Validation", Map.of("validation", "beans")));
            trials.add(sliced(kind, workload, "millrace, observations", on("observations")));
        }
        return trials;
    }

    private Trial sliced(Kind kind, String workload, String contender, Map<String, String> options) {
        Map<String, String> all = new LinkedHashMap<>(options);
        all.put("sliced", "on");
        return trial(kind, workload, contender, Contenders.MILLRACE, Map.copyOf(all));
    }

    private Trial trial(Kind kind, String workload, String contender, String who, Map<String, String> options) {
        return new Trial(kind, workload, contender, who, events, warmUp, options, JVM);
    }

    private static Map<String, String> on(String option) {
        return Map.of(option, "on");
    }

    private static List<String> jvm(String heap) {
        List<String> arguments = new ArrayList<>(List.of("-Xmx" + heap));
        if (Runtime.version().feature() >= 24) {
            arguments.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        return List.copyOf(arguments);
    }
}
