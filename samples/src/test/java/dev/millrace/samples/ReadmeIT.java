package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the README is what works. */
public class ReadmeIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** Filled by the code of the README, which is loaded apart: hence public. */
    public static volatile Object shipped;

    @TempDir
    Path folder;

    @Test
    void the_quick_start_compiles_as_it_stands_and_ships_the_order() throws Exception {
        List<String> blocks = javaBlocks();
        String program = """
                package dev.millrace.samples;
                import dev.millrace.consumer.*;
                import dev.millrace.publisher.*;
                import dev.millrace.validation.*;
                import jakarta.validation.constraints.*;
                import java.math.BigDecimal;
                public class QuickStart implements java.util.concurrent.Callable<AutoCloseable> {
                    static void ship(Object order) {
                        ReadmeIT.shipped = order;
                    }
                    public AutoCloseable call() {
                %s
                %s
                        return server;
                    }
                }
                """.formatted(blocks.get(0), blocks.get(1)).replace("redis://localhost:6379", REDIS.uri());

        try (URLClassLoader loader = compiled("QuickStart", program)) {
            Object quickStart = loader.loadClass("dev.millrace.samples.QuickStart")
                    .getDeclaredConstructor()
                    .newInstance();
            try (AutoCloseable server =
                    (AutoCloseable) quickStart.getClass().getMethod("call").invoke(quickStart)) {
                assertThat(server).isNotNull();
                await().untilAsserted(() -> assertThat(shipped).hasToString("OrderPaid[orderId=o-17, amount=9.90]"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead-letters", "replay"})
    void what_the_docs_show_compiles_as_it_stands(String document) throws Exception {
        String program = """
                import dev.millrace.consumer.*;
                import java.time.*;
                import java.util.*;
                class Shown {
                    void run() throws Exception {
                %s
                    }
                }
                """.formatted(String.join("", javaBlocks(Path.of("..", "docs", document + ".md"))));

        compiled("Shown", program).close();
    }

    private static List<String> javaBlocks() throws Exception {
        return javaBlocks(Path.of("..", "README.md"));
    }

    private static List<String> javaBlocks(Path document) throws Exception {
        Matcher matcher = JAVA.matcher(Files.readString(document));
        return matcher.results().map(block -> block.group(1)).toList();
    }

    private URLClassLoader compiled(String name, String program) throws Exception {
        Path source = folder.resolve(name + ".java");
        Files.writeString(source, program);
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(result).as(program).isZero();
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, ReadmeIT.class.getClassLoader());
    }
}
