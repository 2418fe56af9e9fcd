package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Dashboards and alerts are built from these tables, so they must say what there is. */
class MeterTableTest {

    private static final String PREFIX = "millrace.consumer.";

    private static List<String[]> rows(Path page) throws IOException {
        try (Stream<String> lines = Files.lines(page)) {
            return lines.filter(line -> line.startsWith("| `" + PREFIX))
                    .map(line -> line.substring(2, line.length() - 2).split(" \\| ", -1))
                    .toList();
        }
    }

    @Test
    void the_readme_names_each_meter_with_its_kind_and_tags() throws IOException {
        List<String> written = new ArrayList<>();
        for (String[] row : rows(Path.of("../README.md"))) {
            for (String name : row[0].replace("`", "").split(", ", -1)) {
                String whole = name.startsWith(".") ? PREFIX + name.substring(1) : name;
                written.add(whole + " " + row[1].replaceFirst("s$", "") + " " + row[2]);
            }
        }
        assertThat(written)
                .containsExactlyInAnyOrderElementsOf(ConsumerMeter.table().stream()
                        .map(meter -> meter.name() + " " + meter.kind() + " " + String.join(", ", meter.tags()))
                        .toList());
    }

    @Test
    void the_page_about_meters_says_everything_about_each() throws IOException {
        List<String> written = rows(Path.of("../docs/meters.md")).stream()
                .map(row -> String.join(" | ", Arrays.asList(row)))
                .toList();
        assertThat(written)
                .containsExactlyElementsOf(ConsumerMeter.table().stream()
                        .map(meter -> String.join(
                                " | ",
                                "`" + meter.name() + "`",
                                meter.kind(),
                                meter.unit(),
                                String.join(", ", meter.tags()),
                                meter.meaning()))
                        .toList());
    }
}
