package dev.millrace.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final Run RUN = new Run(
            "run",
            3,
            Map.of("processors", "2"),
            Map.of("Redis", "7"),
            List.of(
                    result("millrace", 1, 100),
                    result("lettuce", 1, 50),
                    result("millrace", 2, 90),
                    result("lettuce", 2, 30),
                    result("millrace", 3, 10),
                    result("lettuce", 3, 10)));

    @TempDir
    private Path directory;

    private static Result result(String contender, int round, double rate) {
        return new Result("publish", contender, round, 1_000, Map.of(Figure.RATE, rate));
    }

    @Test
    void a_ratio_compares_contenders_within_a_round() {
        assertThat(new Comparison(RUN).ratio("publish", "millrace", "lettuce", Figure.RATE))
                .contains(new Spread(2, 1, 3, 3));
    }

    @Test
    void what_was_not_measured_has_no_figure() {
        Comparison comparison = new Comparison(RUN);
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
        Path file = directory.resolve("run.json");
        RUN.write(file);
        assertThat(Run.read(file)).isEqualTo(RUN);
    }

    @Test
    void the_page_says_how_far_each_goal_is_reached_and_shows_pictures_that_are_xml() throws Exception {
        String page = Files.readString(new Page(RUN).write(directory));
        assertThat(page)
                .contains("| publish: events/s, millrace / lettuce | ≥ 1.80 | 2.00 (1.00–3.00) | yes |")
                .contains("not measured")
                .contains("![publish](publish.svg)");
        try (var svg = Files.newInputStream(directory.resolve("publish.svg"))) {
            assertThat(DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(svg)
                            .getElementsByTagName("rect")
                            .getLength())
                    .isEqualTo(3);
        }
    }
}
