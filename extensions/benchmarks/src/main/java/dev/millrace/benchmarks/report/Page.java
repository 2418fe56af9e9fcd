package dev.millrace.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The page that a run's results are published as, with its pictures. */
public final class Page {

    private final Run run;
    private final Comparison comparison;
    private final StringBuilder text = new StringBuilder();

    /** Of this run. */
    public Page(Run run) {
        this.run = run;
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
        for (String workload : comparison.workloads()) {
            section(workload, directory);
        }
        Path page = directory.resolve("README.md");
        Files.writeString(page, text);
        return page;
    }

    private void head() {
        line("# Benchmarks");
        line("");
        line(
                "Made by the harness from one run; every contender in a JVM of its own, " + run.rounds()
                        + " alternating rounds, medians with least and greatest. Ratios are taken within each round. Repeat it with:");
        line("");
        line("    mvn -q -Dquick -pl extensions/benchmarks -am package");
        line("    " + run.command() + " --json run.json");
        line("    java -jar extensions/benchmarks/target/millrace-benchmarks.jar report --json run.json");
        line("");
        table("On", run.machine());
        table("Versions", run.versions());
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
        line("| | goal | reached | |");
        line("|---|---|---|---|");
        for (Goal goal : Goal.all()) {
            String reached = goal.reached(comparison)
                    .map(spread -> Numbers.of(spread) + " | " + (goal.holds(spread) ? "yes" : "**no**"))
                    .orElse("not measured | ");
            line("| " + goal.text() + " | " + goal.boundText() + " | " + reached + " |");
        }
        line("");
    }

    private void section(String workload, Path directory) throws IOException {
        line("## " + workload);
        line("");
        List<Figure> figures = new ArrayList<>();
        for (Figure figure : Figure.values()) {
            boolean measured = comparison.contenders(workload).stream()
                    .anyMatch(each -> comparison.figure(workload, each, figure).isPresent());
            if (measured) {
                figures.add(figure);
            }
        }
        picture(workload, figures.contains(Figure.P50) ? Figure.P50 : Figure.RATE, directory);
        row("", figures.stream().map(Figure::label).toList());
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

    private void picture(String workload, Figure figure, Path directory) throws IOException {
        String file = workload.replaceAll("[^A-Za-z0-9]+", "-") + ".svg";
        BarChart chart = new BarChart(workload + ": " + figure.label());
        for (String contender : comparison.contenders(workload)) {
            comparison.figure(workload, contender, figure).ifPresent(spread -> chart.bar(contender, spread));
        }
        Files.writeString(directory.resolve(file), chart.svg());
        line("![" + workload + "](" + file + ")");
        line("");
    }

    private void row(String first, List<String> cells) {
        line("| " + first + " | " + String.join(" | ", cells) + " |");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
