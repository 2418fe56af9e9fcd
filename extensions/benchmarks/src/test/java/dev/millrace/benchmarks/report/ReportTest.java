package dev.millrace.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final Run PUBLISH = run(
            result("publish", "millrace", 1, 100),
            result("publish", "lettuce", 1, 50),
            result("publish", "millrace", 2, 90),
            result("publish", "lettuce", 2, 30),
            result("publish", "millrace", 3, 10),
            result("publish", "lettuce", 3, 10));
    private static final Run CONSUME = run(result("consume", "millrace", 1, 30), result("consume", "lettuce", 1, 30));

    @TempDir
    private Path directory;

    private static Run run(Result... results) {
        return new Run(List.of("run"), Map.of("processors", "2"), Map.of("Redis", "7"), List.of(results));
    }

    private static Result result(String workload, String contender, int round, double rate) {
        return new Result(workload, contender, round, 1_000, Map.of(Figure.RATE, rate));
    }

    private Path file(String name, Run run) throws Exception {
        Path file = directory.resolve(name);
        run.write(file);
        return file;
    }

    private String page(Run run, Notes notes) throws Exception {
        return Files.readString(new Page(run, null, notes).write(directory));
    }

    private Notes notes(String text) throws Exception {
        return Notes.read(Files.writeString(directory.resolve("why.md"), text));
    }

    @Test
    void a_ratio_compares_contenders_within_a_round() {
        assertThat(new Comparison(PUBLISH).ratio("publish", "millrace", "lettuce", Figure.RATE))
                .contains(new Spread(2, 1, 3, 3));
    }

    @Test
    void what_was_not_measured_has_no_figure() {
        Comparison comparison = new Comparison(PUBLISH);
        assertThat(comparison.figure("publish", "millrace", Figure.P99)).isEmpty();
        assertThat(comparison.ratio("publish", "millrace", "nobody", Figure.RATE))
                .isEmpty();
    }

    @Test
    void an_even_number_of_rounds_has_its_median_between_two() {
        assertThat(Spread.of(4, 1, 2, 9)).isEqualTo(new Spread(3, 1, 9, 4));
    }

    @Test
    void a_run_is_read_as_it_was_written() throws Exception {
        assertThat(Run.read(file("run.json", PUBLISH))).isEqualTo(PUBLISH);
    }

    @Test
    void parts_of_a_run_are_read_as_one() throws Exception {
        Run whole = Run.read(List.of(file("a.json", PUBLISH), file("b.json", CONSUME)));
        assertThat(whole.workloads()).containsExactly("publish", "consume");
        assertThat(whole.commands()).hasSize(2);
        assertThat(whole.rounds()).isEqualTo("1 to 3");
        assertThat(page(whole, Notes.none()))
                .contains("    run --json run-1.json\n    run --json run-2.json\n")
                .contains("report --json run-1.json,run-2.json\n")
                .contains("## publish\n")
                .contains("## consume\n");
    }

    @Test
    void runs_of_two_machines_or_versions_are_no_parts_of_one() throws Exception {
        Run elsewhere = new Run(List.of("run"), Map.of("processors", "8"), Map.of("Redis", "8"), CONSUME.results());
        List<Path> files = List.of(file("a.json", PUBLISH), file("b.json", elsewhere));
        assertThatThrownBy(() -> Run.read(files))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("b.json differ in processors: 2 | 8; Redis: 7 | 8");
    }

    @Test
    void two_runs_of_the_same_workload_are_no_parts_of_one() throws Exception {
        List<Path> files = List.of(file("a.json", PUBLISH), file("b.json", PUBLISH));
        assertThatThrownBy(() -> Run.read(files))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both have measured publish");
    }

    @Test
    void two_runs_stand_beside_each_other_goal_by_goal() {
        Run second = run(result("publish", "millrace", 1, 60), result("publish", "lettuce", 1, 60));
        Map<String, Run> runs = new LinkedHashMap<>();
        runs.put("a", PUBLISH);
        runs.put("b", second);
        assertThat(new GoalTable(runs).text())
                .contains("| | goal | a | | b | |")
                .contains("| ≥ 1.80 | 2.00 (1.00–3.00) | reached | 1.00 | **missed** |");
    }

    @Test
    void the_page_begins_with_machine_versions_and_goals() throws Exception {
        assertThat(page(PUBLISH, Notes.none()))
                .containsSubsequence(
                        "3 alternating rounds",
                        "| processors | 2 |",
                        "| Redis | 7 |",
                        "## Goals",
                        "| publish: events/s, millrace / lettuce | ≥ 1.80 | 2.00 (1.00–3.00) | reached |",
                        "Not measured: ",
                        "## publish",
                        "![publish](publish.svg)");
    }

    @Test
    void a_figure_without_a_bound_is_neither_reached_nor_missed() {
        List<Result> results = new ArrayList<>();
        for (String contender : List.of("millrace, bare", "millrace, Bean Validation", "millrace, validation")) {
            double cpu = contender.endsWith("bare") ? 1 : 2;
            results.add(new Result("cost, publish", contender, 1, 1_000, Map.of(Figure.CLIENT_CPU, cpu)));
        }
        assertThat(new GoalTable(Map.of("a", run(results.toArray(Result[]::new)))).text())
                .contains("millrace, Bean Validation / millrace, bare | stated | 2.00 |  |")
                .contains("millrace, validation / millrace, bare | ≤ 1.05 | 2.00 | **missed** |");
        StringWriter text = new StringWriter();
        new TextTables(run(results.toArray(Result[]::new))).print(new PrintWriter(text));
        assertThat(text.toString().lines())
                .anyMatch(line -> line.matches(" +stated .*Bean Validation.*"))
                .anyMatch(line -> line.matches(" +missed .*millrace, validation.*"));
    }

    @Test
    void a_missed_goal_stands_with_its_number_and_its_note() throws Exception {
        String goal = "consume: events/s, millrace / lettuce";
        Notes notes = notes("For those who write.\n\n## " + goal + "\n\nBecause\nof this.\n");
        assertThat(page(CONSUME, notes))
                .contains("### Missed, and why\n\n**" + goal
                        + "**: 1.00, where the goal is ≥ 1.50.\n\nBecause\nof this.\n")
                .contains("report --json run.json --notes " + directory.resolve("why.md") + "\n")
                .doesNotContain("For those who write");
        assertThat(new Page(CONSUME, null, notes).unexplained()).isEmpty();
        assertThat(new Page(CONSUME, null, Notes.none()).unexplained()).containsExactly(goal);
    }

    @Test
    void a_goal_that_only_the_second_run_misses_stands_with_both_numbers() throws Exception {
        Run second = run(result("publish", "millrace", 1, 60), result("publish", "lettuce", 1, 60));
        Page page = new Page(PUBLISH, second, Notes.none());
        assertThat(page.unexplained()).containsExactly("publish: events/s, millrace / lettuce");
        assertThat(Files.readString(page.write(directory)))
                .contains("**publish: events/s, millrace / lettuce**: 2.00 and 1.00, where the goal is ≥ 1.80.");
    }

    @Test
    void a_note_on_a_goal_that_is_reached_is_left_out() throws Exception {
        assertThat(page(PUBLISH, notes("## publish: events/s, millrace / lettuce\nBecause.\n")))
                .doesNotContain("Because");
    }

    @Test
    void a_note_on_what_is_no_goal_is_refused_as_is_one_that_says_nothing() {
        assertThatThrownBy(() -> notes("## publish\nBecause.\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'publish' is no goal");
        assertThatThrownBy(() -> notes("## publish: events/s, millrace / lettuce\n\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing stands below");
    }

    @Test
    void no_two_goals_have_the_same_words() {
        assertThat(Goal.all()).extracting(Goal::text).doesNotHaveDuplicates();
    }
}
