package dev.millrace.benchmarks;

import dev.millrace.benchmarks.contenders.Contenders;
import dev.millrace.benchmarks.report.Figure;
import dev.millrace.benchmarks.report.Result;
import dev.millrace.benchmarks.report.Run;
import dev.millrace.benchmarks.report.TextTables;
import dev.millrace.testkit.RedisServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run}: measures. */
@Command(name = "run", description = "Measures, and says how far the goals are reached.")
final class RunCommand implements Callable<Integer> {

    @Option(names = "--redis", paramLabel = "URI", description = "The Redis to use. Default: one of its own.")
    private @Nullable String redis;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "SUITE",
            description = "Some of publish,consume,idempotency,order,latency,memory,scale,cost. Default: all.")
    private @Nullable List<String> only;

    @Option(
            names = "--contenders",
            split = ",",
            paramLabel = "NAME",
            description = "Some of millrace,lettuce,jedis,redisson,spring,redis-benchmark. Default: all there are.")
    private @Nullable List<String> contenders;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "600000",
            description = "In the timed section; fewer for slow contenders. Default: ${DEFAULT-VALUE}.")
    private long events;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Events before the timed section; fewer for slow contenders. Default: ${DEFAULT-VALUE}.")
    private long warmUp;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes all results there, for report.")
    private @Nullable Path json;

    @Option(
            names = "--jfr",
            paramLabel = "DIR",
            description = "Leaves a Flight Recorder recording of each trial there, of its last round.")
    private @Nullable Path recordings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<Trial> trials = trials();
        if (recordings != null) {
            Files.createDirectories(recordings);
        }
        try (RedisServer server = redis == null ? RedisServer.embedded("--save", "") : RedisServer.at(redis)) {
            err().println("Redis: " + server.describe());
            Run empty = new Run(List.of(command()), Surroundings.machine(), Surroundings.versions(server), List.of());
            List<Result> results = new ArrayList<>();
            measure(trials, server, result -> {
                results.add(result);
                show(result, empty.with(results));
            });
            new TextTables(empty.with(results)).print(spec.commandLine().getOut());
        }
        return 0;
    }

    private void measure(List<Trial> trials, RedisServer server, Consumer<Result> progress) throws Exception {
        Map<String, List<Trial>> sliced = trials.stream()
                .filter(Trial::sliced)
                .collect(Collectors.groupingBy(Trial::workload, LinkedHashMap::new, Collectors.toList()));
        List<Trial> alone = trials.stream().filter(trial -> !trial.sliced()).toList();
        new Runner(server, this::inItsOwnJvm, progress).run(alone, rounds);
        for (Map.Entry<String, List<Trial>> variants : sliced.entrySet()) {
            List<String> jvm = variants.getValue().get(0).jvm();
            try (ChildJvm child = ChildJvm.start(jvm, variants.getKey(), recordings)) {
                new Slices(server, child::run, progress).run(variants.getValue(), rounds);
            }
        }
    }

    private Map<Figure, Double> inItsOwnJvm(Trial trial, String uri, String key) throws Exception {
        try (ChildJvm child = ChildJvm.start(trial.jvm(), trial.name(), recordings)) {
            return child.run(trial, uri, key);
        }
    }

    private List<Trial> trials() {
        if (rounds < 1 || events < 1_000 || warmUp < 1_000) {
            throw new IllegalArgumentException("--rounds is " + rounds + ", --events " + events + " and --warm-up "
                    + warmUp + "; use at least 1 round and 1000 events for each of the others");
        }
        List<String> known = Contenders.all();
        List<String> wanted = contenders == null ? known : contenders;
        for (String name : wanted) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("--contenders: got '" + name + "'; here are " + known);
            }
        }
        Suites suites = new Suites(events, warmUp);
        List<Trial> trials = new ArrayList<>();
        for (String suite : only == null ? suites.names() : new LinkedHashSet<>(only)) {
            suites.trials(suite).stream()
                    .filter(trial -> wanted.contains(trial.who()))
                    .forEach(trials::add);
        }
        if (trials.isEmpty()) {
            throw new IllegalArgumentException("--only " + only + " has nothing for --contenders " + wanted);
        }
        return trials;
    }

    private String command() {
        return "java -jar extensions/benchmarks/target/millrace-benchmarks.jar run"
                + (redis == null ? "" : " --redis URI")
                + (recordings == null ? "" : " --jfr DIR")
                + (only == null ? "" : " --only " + String.join(",", only))
                + (contenders == null ? "" : " --contenders " + String.join(",", contenders))
                + " --rounds " + rounds + " --events " + events + " --warm-up " + warmUp;
    }

    /** What is measured is kept at once: a run takes hours, and its last trial may fail. */
    private void show(Result result, Run soFar) {
        err().println(TextTables.line(result));
        if (json != null) {
            try {
                soFar.write(json);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + json, e);
            }
        }
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
