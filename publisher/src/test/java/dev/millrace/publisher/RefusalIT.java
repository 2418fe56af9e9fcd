package dev.millrace.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.publisher.PublishException.Outcome;
import dev.millrace.redis.RedisSetupException;
import dev.millrace.routing.Routing;
import dev.millrace.testkit.RedisReplyException;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the caller sees when the server refuses: the table of docs/publishing.md, row by row. */
@Timeout(60)
class RefusalIT {

    private static final Map<String, Object> BODY = Map.of("n", 1);

    private final RedisServer server = RedisServer.embedded();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "OOM, CONFIG SET maxmemory 1, CONFIG SET maxmemory 0",
        "READONLY, REPLICAOF 127.0.0.1 1, REPLICAOF NO ONE",
        "NOREPLICAS, CONFIG SET min-replicas-to-write 1, CONFIG SET min-replicas-to-write 0"
    })
    void what_can_pass_is_stored_once_it_has_passed_and_fails_as_not_stored_if_it_lasts(
            String word, String begin, String end) throws Exception {
        try (EventPublisher patient = publisher().build();
                EventPublisher impatient =
                        publisher().deliveryTimeout(Duration.ofMillis(300)).build()) {
            connect(patient, impatient);
            server.cli(begin.split(" "));
            CompletableFuture<PublishReceipt> stored = patient.publish("order.paid", BODY);
            PublishException failure = failure(impatient.publish("user.created", BODY));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STORED);
            assertThat(failure).hasMessageContaining(word).hasMessageContaining("deliveryTimeout");
            assertThat(impatient.failedEvents())
                    .filteredOn(failed -> !failed.type().equals("connection.made"))
                    .hasSize(1);
            assertThat(stored).isNotDone();
            server.cli(end.split(" "));
            assertThat(stored.get(20, TimeUnit.SECONDS).stream()).isEqualTo("order-events");
            assertThat(server.cli("XLEN", "user-events")).isEqualTo("0");
        }
    }

    @Test
    void while_the_server_loads_its_file_nothing_is_stored_and_afterwards_everything() throws Exception {
        try (RedisServer loading = RedisServer.embedded("--enable-debug-command", "yes");
                EventPublisher patient =
                        EventPublisher.builder("billing").redis(loading.uri()).build();
                EventPublisher impatient = EventPublisher.builder("billing")
                        .redis(loading.uri())
                        .deliveryTimeout(Duration.ofMillis(300))
                        .build()) {
            connect(patient, impatient);
            loading.cli("DEBUG", "POPULATE", "2500");
            loading.cli("CONFIG", "SET", "loading-process-events-interval-bytes", "1024", "key-load-delay", "1000");
            CompletableFuture<String> reload = CompletableFuture.supplyAsync(() -> loading.cli("DEBUG", "RELOAD"));
            awaitLoading(loading);
            CompletableFuture<PublishReceipt> stored = patient.publish("order.paid", BODY);
            PublishException failure = failure(impatient.publish("user.created", BODY));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STORED);
            assertThat(failure).hasMessageContaining("LOADING").hasMessageContaining("deliveryTimeout");
            assertThat(stored).isNotDone();
            assertThat(reload.get(30, TimeUnit.SECONDS)).isEqualTo("OK");
            assertThat(stored.get(20, TimeUnit.SECONDS).stream()).isEqualTo("order-events");
            assertThat(loading.cli("XLEN", "user-events")).isEqualTo("0");
        }
    }

    /** A first connection may take longer than the impatient one has. */
    private static void connect(EventPublisher... publishers) {
        for (EventPublisher publisher : publishers) {
            boolean connected = false;
            while (!connected) {
                connected = publisher
                        .publish("connection.made", BODY)
                        .handle((receipt, late) -> receipt != null)
                        .join();
            }
        }
    }

    private static void awaitLoading(RedisServer server) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    try {
                        server.cli("GET", "x");
                        return false;
                    } catch (RedisReplyException e) {
                        return String.valueOf(e.getMessage()).contains("LOADING");
                    }
                });
    }

    @ParameterizedTest
    @CsvSource({"WRONGTYPE, SET order-events x", "NOPERM, ACL SETUSER default -xadd"})
    void what_cannot_pass_fails_at_once_as_not_stored(String word, String begin) {
        try (EventPublisher publisher = publisher().build()) {
            server.cli(begin.split(" "));
            PublishException failure = failure(publisher.publish("order.paid", BODY));
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_STORED);
            assertThat(failure).hasMessageContaining(word);
            assertThat(publisher.failedEvents()).hasSize(1);
        }
    }

    @Test
    void strict_order_without_transactions_is_refused_at_build_with_its_mend() {
        server.cli("ACL SETUSER app on >secret ~* +ping +info +xadd".split(" "));
        EventPublisherBuilder builder = EventPublisher.builder("billing")
                .redis("redis://app:secret@127.0.0.1:" + server.port())
                .retention(RetentionPolicy.none())
                .strictOrder(true);
        for (String missing : List.of("multi", "exec")) {
            assertThatThrownBy(builder::build)
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageContaining("NOPERM")
                    .hasMessageContaining("'" + missing + "'")
                    .hasMessageContaining("run ACL SETUSER <user> +multi +exec, or leave strictOrder off")
                    .hasMessageNotContainingAny("secret", "\n");
            server.cli("ACL", "SETUSER", "app", "+" + missing);
        }
        try (EventPublisher publisher = builder.build()) {
            assertThat(publisher.publish("order.paid", BODY)).succeedsWithin(Duration.ofSeconds(20));
        }
        assertThat(server.cli("XLEN", "order-events")).isEqualTo("1");
    }

    @Test
    void one_poison_event_among_100_000_fails_alone() throws Exception {
        server.cli("SET", "poison-events", "x");
        // One group, and so one batch with its neighbours, whatever its stream.
        Routing apart = Routing.builder()
                .route("order.poison")
                .toStream("poison-events")
                .build();
        List<CompletableFuture<PublishReceipt>> futures = new ArrayList<>();
        try (EventPublisher publisher = publisher()
                .routing(apart)
                .grouping(BatchGrouping.byFirstSegments(1))
                .build()) {
            for (int i = 0; i < 100_000; i++) {
                futures.add(publisher.publish(i == 50_000 ? "order.poison" : "order.paid", BODY));
            }
            publisher.flush().get(40, TimeUnit.SECONDS);
            assertThat(futures.stream().filter(CompletableFuture::isCompletedExceptionally))
                    .containsExactly(futures.get(50_000));
            assertThat(publisher.failedEvents())
                    .singleElement()
                    .satisfies(failed -> assertThat(failed.type()).isEqualTo("order.poison"));
        }
        assertThat(server.cli("XLEN", "order-events")).isEqualTo("99999");
    }

    private EventPublisherBuilder publisher() {
        return EventPublisher.builder("billing").redis(server.uri()).retries(true);
    }

    private static PublishException failure(CompletableFuture<PublishReceipt> future) {
        try {
            throw new AssertionError(
                    "stored as " + future.orTimeout(20, TimeUnit.SECONDS).join());
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(PublishException.class);
            return (PublishException) e.getCause();
        }
    }
}
