package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.benchmarks.report.Figure;
import dev.millrace.benchmarks.report.Result;
import dev.millrace.benchmarks.report.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int execute(String... arguments) {
        CommandLine commands = Benchmarks.commandLine();
        commands.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commands.execute(arguments);
    }

    private String run(String name, String machine, String workload, double millrace) throws IOException {
        List<Result> results = Stream.of("millrace", "lettuce")
                .map(each -> new Result(
                        workload, each, 1, 1_000, Map.of(Figure.RATE, "millrace".equals(each) ? millrace : 1.0)))
                .toList();
        Path file = directory.resolve(name);
        new Run(List.of("run"), Map.of("processor", machine), Map.of("Redis", "7"), results).write(file);
        return file.toString();
    }

    @Test
    void report_makes_one_page_of_the_parts_of_a_run_and_says_which_missed_goal_has_no_note() throws Exception {
        String publish = run("a.json", "m", "publish", 1.9);
        String consume = run("b.json", "m", "consume", 1.2);
        String again = run("c.json", "m", "publish", 2.1);
        String pages = directory.resolve("out").toString();
        assertThat(execute("report", "--json", publish + "," + consume, "--with", again, "--out", pages))
                .isZero();
        assertThat(Files.readString(directory.resolve("out").resolve("README.md")))
                .contains("| | goal | this run | | a second run | |")
                .contains("| publish: events/s, millrace / lettuce | ≥ 1.80 | 1.90 | reached | 2.10 | reached |")
                .contains("run --json run-1.json\n    run --json run-2.json\n    run --json second-run.json\n")
                .contains(" report --json run-1.json,run-2.json --with second-run.json\n")
                .contains("## consume\n");
        assertThat(err.toString())
                .contains("no note says why this goal is missed: consume: events/s, millrace / lettuce")
                .doesNotContain("missed: publish");
    }

    @Test
    void report_refuses_parts_of_two_machines_in_one_line() throws Exception {
        String one = run("a.json", "m", "publish", 1.9);
        String other = run("b.json", "n", "consume", 1.2);
        assertThat(execute("report", "--json", one + "," + other, "--out", directory.toString()))
                .isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains("differ in processor: m | n");
    }

    @Test
    void compare_shows_the_goals_of_two_runs_beside_each_other_and_what_else_differs() throws Exception {
        String one = run("a.json", "m", "publish", 1.9);
        String other = run("b.json", "n", "publish", 1.7);
        assertThat(execute("compare", "--json", one, "--with", other)).isZero();
        assertThat(out.toString())
                .startsWith("differs: processor: m | n")
                .contains("| publish: events/s, millrace / lettuce | ≥ 1.80 | 1.90 | reached | 1.70 | **missed** |");
    }

    @Test
    void compare_refuses_a_run_beside_itself() throws Exception {
        String run = run("a.json", "m", "publish", 1.9);
        assertThat(execute("compare", "--json", run, "--with", run)).isEqualTo(1);
        assertThat(err.toString()).contains("compare two runs");
    }

    @Test
    void run_refuses_a_warm_up_that_is_none() {
        assertThat(execute("run", "--warm-up", "10")).isEqualTo(1);
        assertThat(err.toString()).contains("--warm-up 10").contains("at least");
    }

    @Test
    void run_refuses_a_choice_that_leaves_nothing_to_measure() {
        assertThat(execute("run", "--only", "latency", "--contenders", "jedis")).isEqualTo(1);
        assertThat(err.toString()).contains("--only [latency]").contains("[jedis]");
    }
}
