package dev.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.event.Body;
import dev.millrace.event.BodyCodec;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.samples.endpoint.Scrape;
import dev.millrace.samples.endpoint.WorkerEndpoint;
import dev.millrace.testkit.RedisExtension;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class WorkerEndpointIT {

    private static final String SLOW = "slow";
    private static final String TOKEN = "s3cret";
    private static final String PASSWORD = "pa55word";

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final CountDownLatch gate = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Scrape scrape = new Scrape();
    private @Nullable ConsumerServer server;
    private @Nullable WorkerEndpoint endpoint;

    @BeforeEach
    void open(TestInfo test) throws Exception {
        if (!test.getTags().contains(SLOW)) {
            gate.countDown();
        }
        REDIS.server().cli("ACL", "SETUSER", "worker", "on", ">" + PASSWORD, "~*", "&*", "+@all");
        String secretive = REDIS.uri().replace("redis://", "redis://worker:" + PASSWORD + "@");
        server = ConsumerServer.builder().redis(secretive).stream("order-events")
                .group("shipping")
                .meterRegistry(scrape.registry())
                .startPaused(true)
                .build()
                .addHandler("order.**", Map.class, (body, header) -> gate.await());
        server.start();
        endpoint =
                WorkerEndpoint.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), server, scrape, TOKEN);
    }

    @AfterEach
    void close() {
        gate.countDown();
        endpoint.close();
        server.close();
        scrape.close();
    }

    private HttpResponse<String> send(String method, String path, @Nullable String token, String body)
            throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(5))
                .method(method, BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static void publish(int events) {
        try (EventPublisher publisher =
                EventPublisher.builder("shop").redis(REDIS.uri()).build()) {
            for (int i = 0; i < events; i++) {
                publisher.publish("order.paid", Map.of("n", i)).join();
            }
        }
    }

    @Test
    void health_tells_totals_uptime_last_handled_configuration_and_handlers_and_no_secrets() throws Exception {
        publish(3);
        server.resume();
        await().until(() -> server.status().totals().handled() == 3);

        HttpResponse<String> answer = send("GET", "/health", TOKEN, "");

        assertThat(answer.statusCode()).isEqualTo(200);
        Map<?, ?> page = BodyCodec.json().decode(Body.of(answer.body().getBytes(StandardCharsets.UTF_8)), Map.class);
        assertThat(page.get("up")).isEqualTo(true);
        assertThat(page.get("uptimeSeconds")).isInstanceOf(Integer.class);
        Map<?, ?> status = (Map<?, ?>) page.get("status");
        assertThat(((Map<?, ?>) status.get("totals")).get("handled")).isEqualTo(3);
        assertThat(String.valueOf(status.get("lastHandledAt"))).startsWith("20");
        assertThat(status.get("configuration").toString()).contains("claimIdle=PT30S");
        assertThat(status.get("handlers").toString()).contains("order.**");
        assertThat(answer.body()).doesNotContain("redis://", TOKEN, PASSWORD);
    }

    @Test
    void prometheus_reads_rates_and_percentiles() throws Exception {
        publish(3);
        server.resume();
        await().until(() -> server.status().totals().handled() == 3);

        HttpResponse<String> answer = send("GET", "/metrics", TOKEN, "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(answer.body())
                .contains("millrace_consumer_handled_events_total{group=\"shipping\",stream=\"order-events\"} 3.0")
                .contains("millrace_consumer_latency_seconds_bucket{")
                .contains("jvm_memory_usage_after_gc{");
    }

    @Test
    void a_scrape_asks_redis_nothing_and_so_works_while_redis_is_stopped() throws Exception {
        REDIS.server().pause();
        try {
            assertThat(send("GET", "/metrics", TOKEN, "").body()).contains("millrace_consumer_loop_age_seconds{");
            assertThat(send("GET", "/live", null, "").statusCode()).isEqualTo(200);
        } finally {
            REDIS.server().resume();
        }
    }

    @Test
    void probes_need_no_token_and_everything_else_does() throws Exception {
        assertThat(send("GET", "/live", null, "").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/ready", null, "").statusCode()).isEqualTo(200);
        for (String path : new String[] {"/health", "/metrics"}) {
            assertThat(send("GET", path, null, "").statusCode()).isEqualTo(401);
            assertThat(send("GET", path, TOKEN + "x", "").statusCode()).isEqualTo(401);
            assertThat(send("GET", path, "", "").statusCode()).isEqualTo(401);
        }
        assertThat(send("POST", "/process-batch", "guess", "{\"entries\":1}").statusCode())
                .isEqualTo(401);
        server.close();
        assertThat(send("GET", "/live", null, "").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/ready", null, "").statusCode()).isEqualTo(503);
    }

    @Test
    void a_batch_and_a_pending_entry_are_processed_on_request_while_the_worker_is_paused() throws Exception {
        publish(5);
        assertThat(send("POST", "/process-batch", TOKEN, "{\"entries\":4}").statusCode())
                .isEqualTo(202);
        await().until(() -> server.status().totals().handled() == 4);

        // Delivered to this server's name by somebody else's hand, and so in nobody's.
        String read = REDIS.server()
                .cli(
                        "XREADGROUP",
                        "GROUP",
                        "shipping",
                        server.status().consumer(),
                        "COUNT",
                        "1",
                        "STREAMS",
                        "order-events",
                        ">");
        String id = Stream.of(read.split("\\s+"))
                .filter(word -> word.matches("\\d+-\\d+"))
                .findFirst()
                .orElseThrow();
        assertThat(send("POST", "/process-event", TOKEN, "{\"entryId\":\"" + id + "\"}")
                        .statusCode())
                .isEqualTo(202);
        await().until(() -> server.status().totals().handled() == 5);
    }

    @Test
    void what_makes_no_sense_is_refused() throws Exception {
        for (String entry : new String[] {
            "{}",
            "{\"entryId\":\"garbage\"}",
            "{\"entryId\":17}",
            "{\"entryId\":\"1-1\",\"stream\":\"order-events\"}",
            "{\"entryId\":\"1-1\",\"stream\":\"order-events\",\"group\":\"nobody\"}"
        }) {
            HttpResponse<String> refused = send("POST", "/process-event", TOKEN, entry);
            assertThat(refused.statusCode()).as(entry).isEqualTo(400);
            assertThat(refused.body()).contains("order-events/shipping");
        }
        for (String batch : new String[] {"not json", "{\"entries\":0}", "{\"entries\":1001}", "{\"entries\":\"x\"}"}) {
            assertThat(send("POST", "/process-batch", TOKEN, batch).statusCode())
                    .as(batch)
                    .isEqualTo(400);
        }
        assertThat(send("POST", "/process-batch", TOKEN, " ".repeat((64 << 10) + 1))
                        .statusCode())
                .isEqualTo(413);
        assertThat(send("GET", "/process-batch", TOKEN, "").statusCode()).isEqualTo(405);
        assertThat(send("POST", "/health", TOKEN, "").statusCode()).isEqualTo(405);
        for (String path : new String[] {"/health/more", "/other", "/"}) {
            HttpResponse<String> nothing = send("GET", path, TOKEN, "");
            assertThat(nothing.statusCode()).as(path).isEqualTo(404);
            assertThat(nothing.body()).isEqualTo("{\"error\":\"nothing is here\"}");
        }
    }

    @Test
    void a_load_balancer_that_probes_with_head_is_answered() throws Exception {
        for (String path : new String[] {"/live", "/ready", "/health"}) {
            HttpResponse<String> answer = send("HEAD", path, TOKEN, "");
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
        }
        assertThat(send("HEAD", "/health", null, "").statusCode()).isEqualTo(401);
    }

    @Test
    @Tag(SLOW)
    void one_request_is_worked_on_16_wait_and_the_next_is_told_to_come_again() throws Exception {
        publish(1);
        String one = "{\"entries\":1}";
        assertThat(send("POST", "/process-batch", TOKEN, one).statusCode()).isEqualTo(202);
        await().until(() -> server.status().load().running() == 1);
        for (int i = 0; i < 16; i++) {
            assertThat(send("POST", "/process-batch", TOKEN, one).statusCode()).isEqualTo(202);
        }
        assertThat(send("POST", "/process-batch", TOKEN, one).statusCode()).isEqualTo(503);
        gate.countDown();
        await().until(() -> send("POST", "/process-batch", TOKEN, one).statusCode() == 202);
    }
}
