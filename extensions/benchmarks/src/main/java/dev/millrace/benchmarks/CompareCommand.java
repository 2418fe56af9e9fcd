package dev.millrace.benchmarks;

import dev.millrace.benchmarks.report.GoalTable;
import dev.millrace.benchmarks.report.Run;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code compare}: the goals of two runs beside each other. */
@Command(name = "compare", description = "Shows how far two runs reach the goals, beside each other.")
final class CompareCommand implements Callable<Integer> {

    @Option(
            names = "--json",
            required = true,
            split = ",",
            paramLabel = "FILE",
            description = "The first run; several files are parts of it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> json;

    @Option(
            names = "--with",
            required = true,
            split = ",",
            paramLabel = "FILE",
            description = "The second run; several files are parts of it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> with;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (json.equals(with)) {
            throw new IllegalArgumentException("--json and --with are both " + names(json) + "; compare two runs");
        }
        Run first = Run.read(json);
        Run second = Run.read(with);
        PrintWriter out = spec.commandLine().getOut();
        first.differences(second).forEach(difference -> out.println("differs: " + difference));
        Map<String, Run> runs = new LinkedHashMap<>();
        runs.put(names(json), first);
        runs.put(names(with), second);
        out.print(new GoalTable(runs).text());
        out.flush();
        return 0;
    }

    private static String names(List<Path> files) {
        return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }
}
