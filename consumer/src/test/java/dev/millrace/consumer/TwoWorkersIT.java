package dev.millrace.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two processes at work, of which one is killed and one is stopped for longer than claim-idle, and a third that goes on. */
@Timeout(120)
class TwoWorkersIT {

    private static final int EVENTS = 400;

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    @TempDir
    Path folder;

    private final List<Process> workers = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (Process worker : workers) {
            worker.destroyForcibly().waitFor();
        }
    }

    private Process start(TestStream stream, String name) throws Exception {
        Path own = Files.createDirectories(folder.resolve(name));
        Process worker = CrashWorker.start(REDIS.uri(), stream.name(), 4, own.resolve("ledger"));
        workers.add(worker);
        return worker;
    }

    /** What this worker began, or ended, in that order. */
    private List<String> ledger(String name, String verb) throws Exception {
        Path file = folder.resolve(name).resolve("ledger");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith(verb + " "))
                .map(line -> line.substring(verb.length() + 1))
                .toList();
    }

    @Test
    void nothing_is_lost_and_only_what_was_in_hand_of_the_killed_and_the_stopped_is_handled_twice() throws Exception {
        TestStream stream = new TestStream(REDIS.server());
        for (int i = 0; i < EVENTS; i++) {
            stream.add("order.paid", "{\"id\":" + i + ",\"millis\":20}");
        }
        Process killed = start(stream, "killed");
        Process stopped = start(stream, "stopped");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> ledger("killed", "end").size() > 5
                        && ledger("stopped", "end").size() > 5);
        killed.destroyForcibly().waitFor();
        signal(stopped, "STOP");
        List<String> before = ledger("stopped", "end");
        start(stream, "third");
        await().atMost(Duration.ofSeconds(60)).until(stream::settled);
        signal(stopped, "CONT");
        stream.add("order.paid", "{\"id\":\"last\",\"millis\":1}");
        await().atMost(Duration.ofSeconds(20)).until(stream::settled);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> new HashSet<>(ledger("stopped", "end")).containsAll(begunBy("stopped")));

        Map<String, Integer> effects = new HashMap<>();
        for (String worker : List.of("killed", "stopped", "third")) {
            ledger(worker, "end").forEach(id -> effects.merge(id, 1, Integer::sum));
        }
        assertThat(effects).as("every event has an effect").hasSize(EVENTS + 1);
        Set<String> twice = new HashSet<>(effects.keySet());
        twice.removeIf(id -> effects.get(id) == 1);
        assertThat(effects.values()).allMatch(times -> times <= 2);
        assertThat(twice)
                .as("each in hand when its process was killed or stopped")
                .allMatch(id -> inHand(id, before));
        assertThat(stream.deadLetters()).isEmpty();
    }

    private Set<String> begunBy(String worker) throws Exception {
        return new HashSet<>(ledger(worker, "begin"));
    }

    /** Of the killed one, only what had ended and was not yet acknowledged can have a second effect: its last few. */
    private boolean inHand(String id, List<String> endedBeforeStop) {
        try {
            List<String> ended = ledger("killed", "end");
            boolean lastOfKilled = ended.lastIndexOf(id) >= Math.max(0, ended.size() - 8);
            boolean ofStopped = begunBy("stopped").contains(id) && endedBeforeStop.lastIndexOf(id) < 0;
            boolean unconfirmed = endedBeforeStop.lastIndexOf(id) >= Math.max(0, endedBeforeStop.size() - 8);
            return lastOfKilled || ofStopped || unconfirmed;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
