package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/consuming.md against the code. */
class ConsumerOptionsTableTest {

    private static final Path DOCS = Path.of("..", "docs", "consuming.md");
    private static final List<Path> TESTS = List.of(
            Path.of("src", "test", "java", "dev", "millrace", "consumer"),
            Path.of("..", "samples", "src", "test", "java", "dev", "millrace", "samples"));

    @ParameterizedTest
    @MethodSource("options")
    void every_option_stands_in_the_table_with_default_and_test(String option) throws IOException {
        assertThat(Files.readAllLines(DOCS))
                .anySatisfy(row ->
                        assertThat(row).matches("\\| `" + option + "\\(.*\\| .*[^ ].* \\| .*`\\w+(Test|IT)`.* \\|"));
    }

    static Stream<String> options() {
        return Arrays.stream(ConsumerServerBuilder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> !name.equals("build"))
                .distinct()
                .sorted();
    }

    @Test
    void every_test_that_is_named_exists() throws IOException {
        List<String> named = Pattern.compile("`([A-Z]\\w+(?:Test|IT))`")
                .matcher(Files.readString(DOCS))
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(test -> assertThat(TESTS)
                        .anySatisfy(folder ->
                                assertThat(folder.resolve(test + ".java")).exists()));
    }
}
