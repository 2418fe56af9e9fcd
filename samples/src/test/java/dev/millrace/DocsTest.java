package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents point to is there. */
class DocsTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:IT|Test|Contract))(?:\\.(\\w+))?`");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]+)(?:#[^)]*)?\\)");

    @Test
    void every_test_that_a_promise_names_exists() throws IOException {
        Map<String, String> tests = new HashMap<>();
        for (Path source : files(".java")) {
            if (source.toString().contains("/src/test/")) {
                tests.put(source.getFileName().toString().replace(".java", ""), Files.readString(source));
            }
        }
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Path doc : files(".md")) {
            Matcher matcher = TEST.matcher(Files.readString(doc));
            while (matcher.find()) {
                named++;
                String source = tests.get(matcher.group(1));
                if (source == null
                        || (matcher.group(2) != null && !source.contains("void " + matcher.group(2) + "("))) {
                    missing.add(doc + ": " + matcher.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(100);
    }

    @Test
    void every_page_and_file_that_is_linked_exists() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path doc : files(".md")) {
            Matcher matcher = LINK.matcher(Files.readString(doc));
            while (matcher.find()) {
                if (!Files.exists(doc.resolveSibling(matcher.group(1)))) {
                    missing.add(doc + ": " + matcher.group(1));
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList();
        }
    }
}
