package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/publishing.md against the code. */
class OptionsTableTest {

    private static final Path DOCS = Path.of("..", "docs", "publishing.md");

    @ParameterizedTest
    @MethodSource("options")
    void every_option_stands_in_the_table_with_default_and_test(String option) throws IOException {
        assertThat(rows())
                .as("rows of docs/publishing.md")
                .anySatisfy(row ->
                        assertThat(row).matches("\\| `" + option + "\\(.*\\| .*[^ ].* \\| .*`\\w+(Test|IT)`.* \\|"));
    }

    @ParameterizedTest
    @MethodSource("optionsOfValues")
    void every_option_of_a_value_stands_in_the_table_with_default_and_test(String option) throws IOException {
        every_option_stands_in_the_table_with_default_and_test(option);
    }

    /** What makes another value of one. */
    static Stream<String> optionsOfValues() {
        return Stream.of(RetentionPolicy.class, BatchLimits.class, WireForm.class, HeaderPolicy.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers())
                                && !Modifier.isStatic(method.getModifiers())
                                && method.getReturnType() == type)
                        .map(method -> type.getSimpleName() + "\\." + method.getName()))
                .sorted();
    }

    static Stream<String> options() {
        return Arrays.stream(EventPublisherBuilder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> !name.equals("build"))
                .distinct()
                .sorted();
    }

    @Test
    void every_test_that_is_named_exists() throws IOException {
        List<String> named = rows().stream()
                .flatMap(row -> Arrays.stream(row.split("`")))
                .filter(word -> word.matches("[A-Z]\\w+(Test|IT)"))
                .distinct()
                .toList();
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(test ->
                        assertThat(sources(test)).as("source of %s", test).isNotEmpty());
    }

    private static List<Path> sources(String test) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String module : List.of("event", "redis", "validation", "routing", "publisher", "samples")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                files.filter(file -> file.endsWith(test + ".java")).forEach(found::add);
            }
        }
        return found;
    }

    private static List<String> rows() throws IOException {
        return Files.readAllLines(DOCS).stream()
                .filter(line -> line.startsWith("| "))
                .toList();
    }
}
