package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A producer and three workers in processes of their own, and what happens to them. */
class WorkersIT {

    /** Set {@code -Dmillrace.samples.events=100000} for a longer run. */
    private static final int EVENTS = Integer.getInteger("millrace.samples.events", 20_000);

    private static final String STREAM = "order-events";
    private static final String GROUP = "shipping";
    private static final List<String> WORKERS = List.of("killed", "stopped", "survivor");

    @TempDir
    Path directory;

    private final RedisServer redis = RedisServer.builder().appendOnly(true).start();
    private final Map<String, ChildCommand> children = new HashMap<>();

    @AfterEach
    void end() {
        children.values().forEach(ChildCommand::close);
        redis.close();
    }

    @Test
    void every_stored_event_is_handled_when_one_worker_is_killed_and_another_stopped() throws Exception {
        startAll();

        awaitHandled(EVENTS / 4);
        children.get("killed").kill();
        awaitHandled(EVENTS / 2);
        children.get("stopped").terminate();

        assertEverythingHandled();
        // Whoever is stopped settles what it has in hand, so only the killed one's work is done again.
        assertThat(handledAgain()).isSubsetOf(inHandWhenKilled());
    }

    @Test
    void every_stored_event_is_handled_when_redis_too_is_killed_and_restarted() throws Exception {
        startAll();

        awaitHandled(EVENTS / 4);
        redis.kill();
        children.get("killed").kill();
        redis.restart();
        awaitHandled(EVENTS / 2);
        children.get("stopped").terminate();

        assertEverythingHandled();
        // An ack that the dying Redis did not confirm is sent again by whoever lives, so here too only one's work is
        // done again.
        assertThat(handledAgain()).isSubsetOf(inHandWhenKilled());
    }

    private void startAll() throws IOException {
        for (String worker : WORKERS) {
            start(
                    worker,
                    "work",
                    "--redis=" + redis.uri(),
                    "--stream=" + STREAM,
                    "--group=" + GROUP,
                    "--claim-idle-millis=2000",
                    "--ledger=" + ledger(worker));
        }
        start(
                "producer",
                "produce",
                "--redis=" + redis.uri(),
                "--events=" + EVENTS,
                "--rate=5000",
                "--ledger=" + ledger("producer"));
    }

    private void start(String name, String... arguments) throws IOException {
        children.put(name, ChildCommand.start(directory, name, arguments));
    }

    /** Until all are in the middle of their work. */
    private void awaitHandled(int events) {
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> handled().size() > events);
    }

    private void assertEverythingHandled() throws Exception {
        assertThat(children.get("producer").exitCode(40))
                .as(children.get("producer").err()::toString)
                .isZero();
        assertThat(children.get("stopped").exitCode(20)).as("of SIGTERM").isEqualTo(143);
        assertThat(children.get("stopped").out()).last().asString().startsWith("CLOSED");
        Set<String> stored = new HashSet<>(Files.readAllLines(ledger("producer")));
        assertThat(stored).hasSize(EVENTS);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            Set<String> missing = new HashSet<>(stored);
            missing.removeAll(handled());
            assertThat(missing).as("stored, but not handled").isEmpty();
            assertThat(redis.cli("XPENDING", STREAM, GROUP)).startsWith("0\n");
        });
        assertThat(redis.cli("XLEN", "{" + STREAM + "}:dead")).isEqualTo("0");
    }

    private Set<String> handled() throws IOException {
        Set<String> ids = new HashSet<>();
        for (String worker : WORKERS) {
            ids.addAll(handledBy(worker));
        }
        return ids;
    }

    private Set<String> handledAgain() throws IOException {
        Set<String> once = new HashSet<>();
        Set<String> again = new HashSet<>();
        for (String worker : WORKERS) {
            for (String id : handledBy(worker)) {
                if (!once.add(id)) {
                    again.add(id);
                }
            }
        }
        System.out.println(again.size() + " of " + once.size() + " events were handled more than once");
        return again;
    }

    /** What the killed worker may have handled without knowing the ack confirmed: no more than it may hold. */
    private List<String> inHandWhenKilled() throws IOException {
        List<String> handled = handledBy("killed");
        return handled.subList(Math.max(0, handled.size() - 2_000), handled.size());
    }

    private List<String> handledBy(String worker) throws IOException {
        if (!Files.exists(ledger(worker))) {
            return List.of();
        }
        // A line is written at once, but may be read while it is.
        return Files.readAllLines(ledger(worker)).stream()
                .map(line -> line.substring(0, Math.max(0, line.indexOf(' '))))
                .toList();
    }

    private Path ledger(String name) {
        return directory.resolve(name + ".ledger");
    }
}
