package dev.millrace.benchmarks.report;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** A run, for a terminal. */
public final class TextTables {

    private final Comparison comparison;

    /** Of this run. */
    public TextTables(Run run) {
        this.comparison = new Comparison(run);
    }

    /** One trial's result on a line. */
    public static String line(Result result) {
        StringBuilder line = new StringBuilder();
        line.append(result.round())
                .append(": ")
                .append(result.workload())
                .append(" by ")
                .append(result.contender());
        for (Map.Entry<Figure, Double> each : result.figures().entrySet()) {
            line.append(", ")
                    .append(Numbers.of(each.getValue()))
                    .append(' ')
                    .append(each.getKey().label());
        }
        return line.toString();
    }

    /** Medians (least–greatest) of all contenders, then the goals. */
    public void print(PrintWriter out) {
        for (String workload : comparison.workloads()) {
            out.println();
            out.println(workload);
            for (String contender : comparison.contenders(workload)) {
                out.println("  " + contender);
                for (Figure figure : Figure.values()) {
                    comparison
                            .figure(workload, contender, figure)
                            .ifPresent(spread ->
                                    out.printf(Locale.ROOT, "    %-24s %s%n", figure.label(), Numbers.of(spread)));
                }
            }
        }
        printGoals(out);
        out.flush();
    }

    private void printGoals(PrintWriter out) {
        out.println();
        out.println("goals, as ratios within a round: median (least–greatest)");
        for (Goal goal : Goal.all()) {
            goal.reached(comparison)
                    .ifPresent(reached -> out.printf(
                            Locale.ROOT,
                            "  %-7s %-10s %-24s %s%n",
                            goal.verdict(reached),
                            goal.boundText(),
                            Numbers.of(reached),
                            goal.text()));
        }
    }
}
