package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the append-only file is full. Needs root, for a file system of 3 MB. */
@Timeout(60)
class StoppedAppendFileIT {

    private static final Map<String, Object> BODY = Map.of("n", 1);

    @TempDir
    Path disk;

    // With appendfsync always Redis would end itself instead.
    private final RedisServer server =
            RedisServer.embedded("--appendfsync", "everysec", "--enable-protected-configs", "local");
    private boolean mounted;

    @BeforeEach
    void append_to_a_small_disk() throws Exception {
        mounted = succeeds("mount -t tmpfs -o size=3m tmpfs " + disk);
        assumeTrue(mounted, "only root may mount a file system of 3 MB");
        server.cli("CONFIG", "SET", "dir", disk.toString());
        server.cli("CONFIG", "SET", "appendonly", "yes");
        awaitInfo("aof_rewrite_scheduled:0");
        awaitInfo("aof_rewrite_in_progress:0");
        awaitInfo("aof_last_bgrewrite_status:ok");
    }

    @AfterEach
    void stop() throws Exception {
        server.kill();
        assertThat(!mounted || succeeds("umount " + disk)).isTrue();
        server.close();
    }

    @Test
    void a_stopped_append_only_file_is_waited_for_and_fails_as_not_stored_if_it_lasts() throws Exception {
        try (EventPublisher patient = publisher().build();
                EventPublisher impatient =
                        publisher().deliveryTimeout(Duration.ofMillis(300)).build()) {
            Path filling = fillDisk();
            server.cli("SET", "large", "x".repeat(100_000)); // Redis finds out with the next write
            awaitInfo("aof_last_write_status:err");
            CompletableFuture<PublishReceipt> stored = patient.publish("order.paid", BODY);
            assertThat(impatient.publish("user.created", BODY))
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_STORED))
                    .withMessageContainingAll("MISCONF", "deliveryTimeout");
            assertThat(impatient.failedEvents()).hasSize(1);
            assertThat(stored).isNotDone();

            Files.delete(filling);
            assertThat(stored.get(20, TimeUnit.SECONDS).stream()).isEqualTo("order-events");
            assertThat(server.cli("XLEN", "order-events")).isEqualTo("1");
            assertThat(server.cli("EXISTS", "user-events")).isEqualTo("0");
        }
    }

    private EventPublisherBuilder publisher() {
        return EventPublisher.builder("billing").redis(server.uri());
    }

    private Path fillDisk() throws IOException {
        Path filling = disk.resolve("filling");
        try (var out = Files.newOutputStream(filling)) {
            while (true) {
                out.write(new byte[1_024]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("space");
        }
        return filling;
    }

    private void awaitInfo(String line) {
        await(line).until(() -> server.cli("INFO", "persistence").contains(line));
    }

    private static boolean succeeds(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        shell.getInputStream().readAllBytes();
        return shell.waitFor() == 0;
    }
}
