package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrphanIT {
    /** Starts a server and never closes it. */
    static final class Child {
        public static void main(String[] arguments) throws IOException {
            RedisServer redis = RedisServer.builder().appendOnly(true).start();
            System.out.println("pid " + redis.pid());
            System.out.println(
                    "dir " + redis.cli("CONFIG", "GET", "dir").lines().toList().get(1));
            if (arguments[0].equals("wait")) {
                System.in.read();
            }
        }
    }

    @Test
    void a_jvm_killed_by_sigkill_leaves_no_server_and_no_folder() throws IOException {
        assertNothingLeft("wait", true);
    }

    @Test
    void a_jvm_that_ends_without_closing_leaves_no_server_and_no_folder() throws IOException {
        assertNothingLeft("end", false);
    }

    private static void assertNothingLeft(String mode, boolean kill) throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            long pid = Long.parseLong(read(out, "pid "));
            Path folder = Path.of(read(out, "dir "));
            if (kill) {
                assertThat(ProcessHandle.of(pid)).as("redis-server").isPresent();
                child.destroyForcibly();
            }
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                assertThat(ProcessHandle.of(pid)).as("redis-server").isEmpty();
                assertThat(folder).doesNotExist();
            });
        } finally {
            child.destroyForcibly();
        }
    }

    private static String read(BufferedReader out, String prefix) throws IOException {
        String line = out.readLine();
        while (line != null && !line.startsWith(prefix)) {
            line = out.readLine();
        }
        assertThat(line).as("a line beginning with '%s'", prefix).isNotNull();
        return line.substring(prefix.length());
    }
}
