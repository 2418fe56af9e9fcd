package dev.millrace.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.routing.RoutingBuilder.RouteBuilder;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/routing-and-validation.md against the code. */
class RoutingOptionsTableTest {

    private static final Path DOCS = Path.of("..", "docs", "routing-and-validation.md");

    @ParameterizedTest
    @MethodSource("options")
    void every_option_stands_in_the_table_with_default_and_test(String option) throws IOException {
        List<String> rows = Files.readAllLines(DOCS);
        assertThat(rows)
                .anySatisfy(
                        row -> assertThat(row).matches("\\| `" + option + "\\(.*\\| .*[^ ].* \\| .*`\\w+Test`.* \\|"));
    }

    /** What makes the same builder go on. */
    static Stream<String> options() {
        return Stream.concat(
                selfReturning(RoutingBuilder.class),
                selfReturning(RouteBuilder.class).map(name -> "route\\(…\\)\\." + name));
    }

    private static Stream<String> selfReturning(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == builder)
                .map(method -> method.getName())
                .distinct()
                .sorted();
    }
}
