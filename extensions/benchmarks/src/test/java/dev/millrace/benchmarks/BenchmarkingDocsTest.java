package dev.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.benchmarks.contenders.Contenders;
import dev.millrace.benchmarks.report.Notes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;

/** What the page on benchmarking says about the options holds. */
class BenchmarkingDocsTest {

    private static final Path DOCS = Path.of("..", "..", "docs");
    private static final Pattern ROW = Pattern.compile("\\| `(--[a-z-]+)[^|]*\\| ([^|]*) \\|");

    private static String page() throws IOException {
        return Files.readString(DOCS.resolve("benchmarking.md"));
    }

    /** The rows below {@code | Option of `command` |}. */
    private static String table(String command) throws IOException {
        String page = page();
        int start = page.indexOf("| Option of `" + command + "` |");
        assertThat(start).isPositive();
        return page.substring(start, page.indexOf("\n\n", start));
    }

    private static List<OptionSpec> options(String command) {
        return Benchmarks.commandLine().getSubcommands().get(command).getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "report", "compare"})
    void every_option_of_a_command_is_in_its_table_with_its_default_and_no_other_is(String command) throws IOException {
        List<String> named = new ArrayList<>();
        Matcher row = ROW.matcher(table(command));
        while (row.find()) {
            named.add(row.group(1));
            OptionSpec option = Benchmarks.commandLine()
                    .getSubcommands()
                    .get(command)
                    .getCommandSpec()
                    .findOption(row.group(1));
            String said = row.group(2).replace(",", "").replace("`", "");
            if (option != null && option.defaultValue() != null) {
                assertThat(said).startsWith(option.defaultValue());
            } else if (option != null && option.required()) {
                assertThat(said).startsWith("must be given");
            }
        }
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        options(command).stream().map(OptionSpec::longestName).toList());
    }

    @Test
    void the_table_names_all_suites_and_all_contenders() throws IOException {
        TreeSet<String> contenders = new TreeSet<>(Contenders.all());
        contenders.add(Contenders.REDIS_BENCHMARK);
        assertThat(table("run")).contains("`--only " + String.join(",", new Suites(1_000, 1_000).names()) + "`");
        for (String contender : contenders) {
            assertThat(table("run")).containsPattern("--contenders [a-z,-]*" + contender + "[,`]");
        }
    }

    @Test
    void every_note_on_why_a_goal_is_missed_names_a_goal() throws IOException {
        Path notes = DOCS.resolve("benchmarks").resolve("why.md");
        assertThat(Files.readString(notes)).contains("\n## ");
        assertThat(Notes.read(notes)).isNotNull();
    }
}
