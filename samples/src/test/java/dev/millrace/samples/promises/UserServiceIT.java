package dev.millrace.samples.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.event.EventHeader;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.PublishReceipt;
import dev.millrace.routing.Routing;
import dev.millrace.testkit.RedisExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The service in a JVM of its own, from its first event to its SIGTERM. */
@Timeout(120)
class UserServiceIT {

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    @TempDir
    Path folder;

    private final List<EventHeader> followed = new CopyOnWriteArrayList<>();

    @Test
    void it_publishes_what_follows_with_the_same_correlation_shows_its_health_and_drains_on_sigterm() throws Exception {
        Process service = start();
        try (ConsumerServer listener = listener();
                EventPublisher publisher = EventPublisher.builder("test")
                        .redis(REDIS.uri())
                        .routing(Routing.builder()
                                .route("**")
                                .toStream("{namespace}-events")
                                .build())
                        .build()) {
            await().atMost(Duration.ofSeconds(40)).until(() -> firstLine().startsWith("health: "));
            PublishReceipt created = publisher
                    .publish("user.created", Map.of("id", "u-1", "mail", "a@example.org"))
                    .join();
            publisher
                    .publish("user.updated", Map.of("id", "u-1", "mail", "b@example.org"))
                    .join();

            await().atMost(Duration.ofSeconds(20)).until(() -> followed.size() == 3);
            assertThat(followed.stream()
                            .filter(header -> created.eventId().equals(header.causationId()))
                            .filter(header -> created.eventId().equals(header.correlationId()))
                            .map(EventHeader::type))
                    .containsExactlyInAnyOrder("notification.sent", "audit.logged");
            assertThat(followed).allMatch(header -> header.origin().equals("user-service"));
            String health = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(firstLine().replace("health: ", "")))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            assertThat(health).contains("\"up\":true", "user.created", "user.updated");

            service.destroy();
            assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readAllLines(folder.resolve("out"))).containsExactly(firstLine(), "drained: handled 2");
            assertThat(REDIS.server().cli("XPENDING", "user-events", "user-service"))
                    .startsWith("0");
        } finally {
            service.destroyForcibly();
        }
    }

    private ConsumerServer listener() {
        return ConsumerServer.builder().redis(REDIS.uri()).stream("notification-events").stream("audit-events")
                .group("listener")
                .build()
                .addHandler("**", byte[].class, (body, header) -> followed.add(header))
                .start();
    }

    private Process start() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        UserService.class.getName(),
                        REDIS.uri(),
                        "0")
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private String firstLine() throws Exception {
        Path out = folder.resolve("out");
        return Files.exists(out) ? Files.readString(out).lines().findFirst().orElse("") : "";
    }
}
