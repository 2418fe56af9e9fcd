package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What processes leave behind when they are killed or stopped, and who takes it up. */
@Timeout(120)
class CrashIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    @TempDir
    Path folder;

    private TestStream stream;
    private Path ledger;
    private Process worker;

    @BeforeEach
    void prepare() {
        stream = new TestStream(REDIS.server());
        ledger = folder.resolve("ledger");
    }

    @AfterEach
    void endWorker() throws Exception {
        if (worker != null) {
            worker.destroyForcibly().waitFor();
        }
    }

    private void startWorker(int concurrency) throws Exception {
        worker = CrashWorker.start(REDIS.uri(), stream.name(), concurrency, ledger);
    }

    private List<String> ledger() throws Exception {
        return Files.exists(ledger) ? Files.readAllLines(ledger) : List.of();
    }

    @Test
    void a_killed_workers_events_are_handled_by_another() throws Exception {
        for (int i = 0; i < 20; i++) {
            stream.add("order.paid", "{\"id\":" + i + ",\"millis\":60000}");
        }
        startWorker(4);
        await().atMost(Duration.ofSeconds(30)).until(() -> ledger().size() == 4);
        worker.destroyForcibly().waitFor();

        Set<Object> handled = ConcurrentHashMap.newKeySet();
        try (ConsumerServer other = stream.server().build()) {
            other.addHandler("**", Map.class, (body, header) -> handled.add(body.get("id")));
            other.start();
            await().until(() -> handled.size() == 20);
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
        }
    }

    @Test
    void a_worker_stopped_between_claim_and_handler_does_not_handle_what_another_did() throws Exception {
        stream.add("order.paid", "{\"id\":\"running\",\"millis\":2000}");
        stream.add("order.paid", "{\"id\":\"buffered\",\"millis\":1}");
        startWorker(1);
        await().atMost(Duration.ofSeconds(30)).until(() -> ledger().contains("begin running"));
        // Claimed and buffered, not begun.
        await().until(() -> stream.pending() == 2);
        signal("STOP");

        Set<Object> handled = ConcurrentHashMap.newKeySet();
        try (ConsumerServer other = stream.server().build()) {
            other.addHandler("**", Map.class, (body, header) -> handled.add(body.get("id")));
            other.start();
            await().until(() -> handled.size() == 2);
            await().untilAsserted(() -> assertThat(stream.pending()).isZero());
        }
        signal("CONT");
        stream.add("order.paid", "{\"id\":\"later\",\"millis\":1}");

        await().atMost(Duration.ofSeconds(20)).until(() -> ledger().contains("end later"));
        assertThat(ledger()).doesNotContain("begin buffered");
        await().untilAsserted(() -> assertThat(stream.pending()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 128})
    void a_poison_event_reaches_the_dead_letters_and_none_of_its_hundred_neighbours_does(int concurrency)
            throws Exception {
        stream.add("order.paid", "{\"id\":\"poison\",\"poison\":true}");
        for (int i = 0; i < 100; i++) {
            stream.add("order.paid", "{\"id\":\"n" + i + "\",\"millis\":300}");
        }
        int processes = 0;
        while (ends().size() < 100 || stream.deadLetters().isEmpty()) {
            if (worker == null || !worker.isAlive()) {
                assertThat(processes++).as("processes that the poison may end").isLessThan(8);
                startWorker(concurrency);
            }
            worker.waitFor(50, TimeUnit.MILLISECONDS);
        }

        await().untilAsserted(() -> assertThat(stream.pending()).isZero());
        assertThat(stream.deadLetters()).hasSize(1);
        assertThat(stream.deadLetters().get(0)).containsEntry("millrace.reason", "DELIVERIES");
        assertThat(stream.deadLetters().get(0).get("data")).contains("poison");
    }

    @Test
    void a_worker_that_is_asked_to_end_ends_what_it_began_and_leaves_the_rest_to_others_at_once() throws Exception {
        stream.add("order.paid", "{\"id\":\"running\",\"millis\":1000}");
        stream.add("order.paid", "{\"id\":\"buffered\",\"millis\":1000}");
        startWorker(1);
        await().atMost(Duration.ofSeconds(30)).until(() -> ledger().contains("begin running"));
        await().until(() -> stream.pending() == 2);
        worker.destroy();

        assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ledger()).containsExactly("begin running", "end running");
        assertThat(stream.pending()).isEqualTo(1);
    }

    private Set<String> ends() throws Exception {
        return ledger().stream().filter(line -> line.startsWith("end ")).collect(Collectors.toSet());
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(worker.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
