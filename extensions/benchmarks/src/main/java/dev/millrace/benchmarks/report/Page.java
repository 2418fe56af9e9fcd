package dev.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The page that a run's results are published as, with its pictures. */
public final class Page {

    private static final String JAR = "    java -jar extensions/benchmarks/target/millrace-benchmarks.jar ";

    private final Run run;
    private final @Nullable Run again;
    private final Notes notes;
    private final Comparison comparison;
    private final StringBuilder text = new StringBuilder();

    /**
     * Of this run.
     *
     * @param again another run of the same, whose ratios stand beside; null = none
     * @param notes why goals are missed
     */
    public Page(Run run, @Nullable Run again, Notes notes) {
        this.run = run;
        this.again = again;
        this.notes = notes;
        this.comparison = new Comparison(run);
    }

    /**
     * Writes {@code README.md} and its pictures into a directory.
     *
     * @return the page
     */
    public Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        head();
        goals();
        missed();
        for (Map.Entry<String, List<String>> section :
                Sections.of(comparison.workloads()).entrySet()) {
            section(section.getKey(), section.getValue(), directory);
        }
        Path page = directory.resolve("README.md");
        Files.writeString(page, text);
        return page;
    }

    /** Goals that the run misses and that no note says why of, in words. */
    public List<String> unexplained() {
        return Goal.all().stream()
                .filter(this::isMissed)
                .filter(goal -> notes.of(goal).isEmpty())
                .map(Goal::text)
                .toList();
    }

    private void head() {
        line("# Benchmarks");
        line("");
        line("Made by the harness from its results; what is measured, and how, stands in"
                + " [benchmarking.md](../benchmarking.md). Each contender has a JVM of its own, but in `cost` all share one"
                + " in short slices. " + run.rounds()
                + " alternating rounds, medians with least and greatest. Ratios are taken within each round. Repeat it"
                + " with:");
        line("");
        line("    mvn -q -Dquick -pl extensions/benchmarks -am package");
        String report = JAR + "report --json " + commands(run, "run");
        if (again != null) {
            report += " --with " + commands(again, "second-run");
        }
        line(report + notes.file().map(file -> " --notes " + file).orElse(""));
        line("");
        table("On", run.machine());
        table("Versions", run.versions());
    }

    /** Shows them, and returns what they write. */
    private String commands(Run of, String name) {
        List<String> files = new ArrayList<>();
        for (String command : of.commands()) {
            String file = of.commands().size() == 1 ? name + ".json" : name + "-" + (files.size() + 1) + ".json";
            files.add(file);
            line("    " + command + " --json " + file);
        }
        return String.join(",", files);
    }

    private void table(String title, Map<String, String> rows) {
        line("| " + title + " | |");
        line("|---|---|");
        rows.forEach((name, value) -> line("| " + name + " | " + value + " |"));
        line("");
    }

    private void goals() {
        line("## Goals");
        line("");
        Map<String, Run> runs = new LinkedHashMap<>();
        runs.put("this run", run);
        if (again != null) {
            runs.put("a second run", again);
        }
        text.append(new GoalTable(runs).text());
        line("");
    }

    private void missed() {
        List<Goal> missed = Goal.all().stream().filter(this::isMissed).toList();
        if (!missed.isEmpty()) {
            line("### Missed, and why");
            line("");
        }
        for (Goal goal : missed) {
            String medians = runs().map(goal::reached)
                    .flatMap(Optional::stream)
                    .map(reached -> Numbers.of(reached.median()))
                    .collect(Collectors.joining(" and "));
            line("**" + goal.text() + "**: " + medians + ", where the goal is " + goal.boundText() + ".");
            line("");
            notes.of(goal).ifPresent(note -> line(note + "\n"));
        }
    }

    /** In either run. */
    private boolean isMissed(Goal goal) {
        return runs().anyMatch(each -> goal.reached(each).filter(goal::missed).isPresent());
    }

    private Stream<Comparison> runs() {
        return again == null ? Stream.of(comparison) : Stream.of(comparison, new Comparison(again));
    }

    private void section(String section, List<String> workloads, Path directory) throws IOException {
        line("## " + section);
        line("");
        line("![" + section + "](" + new Pictures(comparison).draw(section, workloads, directory) + ")");
        line("");
        for (String workload : workloads) {
            table(workloads.size() == 1 ? "" : Sections.doing(workload), workload);
        }
    }

    private void table(String title, String workload) {
        List<Figure> figures = Arrays.stream(Figure.values())
                .filter(figure -> comparison.contenders(workload).stream()
                        .anyMatch(each ->
                                comparison.figure(workload, each, figure).isPresent()))
                .toList();
        row(title, figures.stream().map(Figure::label).toList());
        line("|---|" + "---|".repeat(figures.size()));
        for (String contender : comparison.contenders(workload)) {
            row(
                    contender,
                    figures.stream()
                            .map(figure -> comparison
                                    .figure(workload, contender, figure)
                                    .map(Numbers::of)
                                    .orElse("–"))
                            .toList());
        }
        line("");
    }

    private void row(String first, List<String> cells) {
        line("| " + first + " | " + String.join(" | ", cells) + " |");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
