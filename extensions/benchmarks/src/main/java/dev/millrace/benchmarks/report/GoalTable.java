package dev.millrace.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How far the goals are reached, in one run or in several beside each other, as a table of Markdown. */
public final class GoalTable {

    private final Map<String, Comparison> runs = new LinkedHashMap<>();

    /** Of these runs, by the columns' titles. */
    public GoalTable(Map<String, Run> runs) {
        runs.forEach((title, run) -> this.runs.put(title, new Comparison(run)));
    }

    /** A line for each goal that at least one of the runs has measured, and one that names those that none has. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("| | goal | "
                + runs.keySet().stream().map(title -> title + " | |").collect(Collectors.joining(" ")));
        lines.add("|---|---|" + "---|---|".repeat(runs.size()));
        List<String> unmeasured = new ArrayList<>();
        for (Goal goal : Goal.all()) {
            if (runs.values().stream().allMatch(run -> goal.reached(run).isEmpty())) {
                unmeasured.add(goal.text());
            } else {
                lines.add(row(goal));
            }
        }
        if (!unmeasured.isEmpty()) {
            lines.add("");
            lines.add("Not measured: " + String.join("; ", unmeasured) + ".");
        }
        return String.join("\n", lines) + "\n";
    }

    private String row(Goal goal) {
        return "| " + goal.text() + " | " + goal.boundText() + " | "
                + runs.values().stream().map(run -> cells(goal, run)).collect(Collectors.joining(" | ")) + " |";
    }

    private static String cells(Goal goal, Comparison run) {
        return goal.reached(run)
                .map(reached ->
                        Numbers.of(reached) + " | " + goal.verdict(reached).replace("missed", "**missed**"))
                .orElse("– | ");
    }
}
