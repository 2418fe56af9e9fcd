package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WorkIT {

    private static final String STREAM = "order-events";

    @RegisterExtension
    static final RedisExtension redis = new RedisExtension();

    @TempDir
    Path directory;

    @Test
    void the_ledger_of_the_work_is_that_of_the_producer_with_type_and_attempt() throws Exception {
        produce(1_000);
        try (ChildCommand worker = work("--fail-every=100")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> ledger("work").size() == 1_000);
            worker.terminate();

            assertThat(worker.exitCode(20)).as("of SIGTERM").isEqualTo(143);
            assertThat(ledger("work"))
                    .allMatch(line -> line.matches("\\S+ order\\.(placed|paid|shipped|cancelled) [1-4]"));
            assertThat(ledger("work").stream().map(line -> line.substring(0, line.indexOf(' '))))
                    .containsExactlyInAnyOrderElementsOf(ledger("produce"));
            assertThat(ledger("work")).anyMatch(line -> line.endsWith(" 2"));
            assertThat(worker.out()).last().asString().startsWith("CLOSED: handled 1,000, failed attempts 1");
            assertThat(worker.err()).isEmpty();
        }
    }

    @Test
    void whoever_stops_it_has_its_running_handlers_finish_and_the_rest_handled_by_others() throws Exception {
        produce(200);
        try (ChildCommand worker = work("--handler-millis=500", "--concurrency=4", "--claim-idle-millis=2000")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> worker.out().size() >= 2);
            assertThat(worker.out()).as("a line each second").allMatch(line -> line.startsWith("RUNNING: "));
            worker.terminate();
            assertThat(worker.exitCode(20)).as("of SIGTERM").isEqualTo(143);
            assertThat(worker.out()).last().asString().startsWith("CLOSED: ");
        }
        int before = ledger("work").size();
        assertThat(before).isLessThan(200);

        // One that has just started leaves alone for a claim-idle what others had in hand.
        try (ChildCommand next = work("--claim-idle-millis=2000")) {
            await().atMost(Duration.ofSeconds(20)).until(() -> ledger("work").size() == 200);
            assertThat(ledger("work")).doesNotHaveDuplicates();
            // A handler writes its line before its event is acknowledged, and acks travel in batches.
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(redis.server().cli("XPENDING", STREAM, "shipping"))
                            .startsWith("0\n"));
        }
    }

    private void produce(int events) {
        CommandRun run = CommandRun.of(
                "produce",
                "--redis=" + redis.uri(),
                "--events=" + events,
                "--ledger=" + directory.resolve("produce.ledger"));
        assertThat(run.exitCode()).as(run.toString()).isZero();
    }

    private ChildCommand work(String... more) throws IOException {
        String[] arguments = new String[more.length + 5];
        arguments[0] = "work";
        arguments[1] = "--redis=" + redis.uri();
        arguments[2] = "--stream=" + STREAM;
        arguments[3] = "--group=shipping";
        arguments[4] = "--ledger=" + directory.resolve("work.ledger");
        System.arraycopy(more, 0, arguments, 5, more.length);
        return ChildCommand.start(directory, "work", arguments);
    }

    private List<String> ledger(String name) throws IOException {
        Path file = directory.resolve(name + ".ledger");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
