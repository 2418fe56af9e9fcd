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

    private static final String IDEMPOTENCY = "idempotency";
    private static final String OFF = "millrace, idempotency off";

    private final Map<String, Supplier<List<Trial>>> suites = new LinkedHashMap<>();
    private final long events;

    /**
     * All suites.
     *
     * @param events in the timed section of a fast contender's trial; the warm-up has half as many
     */
    Suites(long events) {
        this.events = events;
        suites.put("publish", this::publish);
        suites.put("consume", this::consume);
        suites.put(IDEMPOTENCY, this::idempotency);
        suites.put("latency", this::latency);
        suites.put("memory", this::memory);
        suites.put("scale", this::scale);
        suites.put("cost", this::cost);
        // Per-key order gets a suite of its own here, beside consume, once the consumer offers it.
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
                .scaled(0.03));
        for (String contender : Contenders.all()) {
            if (!contender.equals(Contenders.SPRING)) {
                trials.add(trial(Kind.PUBLISH, "publish, prebuilt bodies", contender, contender, on("prebuilt")));
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
                        .scaled(0.05));
    }

    private List<Trial> idempotency() {
        String workload = "consume, idempotency";
        return List.of(
                trial(Kind.CONSUME, workload, Contenders.MILLRACE, Contenders.MILLRACE, on(IDEMPOTENCY)),
                trial(Kind.CONSUME, workload, OFF, Contenders.MILLRACE, Map.of()),
                trial(Kind.CONSUME, workload, "lettuce, SET NX", Contenders.LETTUCE, on("setnx")));
    }

    private List<Trial> latency() {
        List<Trial> trials = new ArrayList<>();
        for (int rate : new int[] {1_000, 5_000}) {
            String workload = "latency at " + rate + "/s";
            // As many seconds at both rates: a part of the events that a fast contender publishes.
            double share = rate * 15.0 / events;
            Map<String, String> options = Map.of("rate", String.valueOf(rate));
            Map<String, String> idempotent = Map.of("rate", String.valueOf(rate), IDEMPOTENCY, "on");
            trials.add(trial(Kind.LATENCY, workload, OFF, Contenders.MILLRACE, options)
                    .scaled(share));
            trials.add(trial(Kind.LATENCY, workload, Contenders.MILLRACE, Contenders.MILLRACE, idempotent)
                    .scaled(share));
            trials.add(trial(Kind.LATENCY, workload, Contenders.LETTUCE, Contenders.LETTUCE, options)
                    .scaled(share));
        }
        return trials;
    }

    private List<Trial> memory() {
        List<Trial> trials = new ArrayList<>();
        for (Kind kind : new Kind[] {Kind.PUBLISH, Kind.CONSUME}) {
            String workload = "memory, " + (kind == Kind.PUBLISH ? "publish" : "consume");
            Trial plenty = trial(kind, workload, "millrace, 512 MiB", Contenders.MILLRACE, Map.of());
            trials.add(plenty);
            trials.add(plenty.in(SMALL_JVM, "millrace, 128 MiB"));
            if (kind == Kind.CONSUME) {
                double share = 1_000_000.0 / plenty.total();
                trials.add(plenty.in(SMALL_JVM, "millrace, 128 MiB, a million waiting")
                        .scaled(Math.max(1, share)));
            }
        }
        return trials;
    }

    private List<Trial> scale() {
        List<Trial> trials = new ArrayList<>();
        for (int streams : new int[] {1, 4, 16}) {
            grow(trials, Kind.PUBLISH, "streams", streams, 1);
            grow(trials, Kind.CONSUME, "streams", streams, 1);
        }
        for (int handlers : new int[] {1, 4, 16, 64, 256}) {
            grow(trials, Kind.CONSUME, "concurrency", handlers, 1);
        }
        for (int bytes : new int[] {100, 1_000, 10_000, 100_000}) {
            double share = Math.min(1, 1_000.0 / bytes);
            grow(trials, Kind.PUBLISH, "payload", bytes, share);
            grow(trials, Kind.CONSUME, "payload", bytes, share);
        }
        return trials;
    }

    private void grow(List<Trial> trials, Kind kind, String what, int size, double share) {
        String doing = kind == Kind.PUBLISH ? "publish" : "consume";
        Map<String, String> options = Map.of(what, String.valueOf(size));
        trials.add(trial(kind, "scale, " + what + ", " + doing, String.valueOf(size), Contenders.MILLRACE, options)
                .scaled(share));
    }

    private List<Trial> cost() {
        List<Trial> trials = new ArrayList<>();
        for (Kind kind : new Kind[] {Kind.PUBLISH, Kind.CONSUME}) {
            String workload = "cost, " + (kind == Kind.PUBLISH ? "publish" : "consume");
            trials.add(trial(kind, workload, "millrace, bare", Contenders.MILLRACE, Map.of()));
            trials.add(trial(kind, workload, "millrace, meters", Contenders.MILLRACE, on("meters")));
            trials.add(trial(kind, workload, "millrace, validation", Contenders.MILLRACE, on("validation")));
            trials.add(trial(kind, workload, "millrace, observations", Contenders.MILLRACE, on("observations")));
        }
        return trials;
    }

    private Trial trial(Kind kind, String workload, String contender, String who, Map<String, String> options) {
        return new Trial(kind, workload, contender, who, events, events / 2, options, JVM);
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
