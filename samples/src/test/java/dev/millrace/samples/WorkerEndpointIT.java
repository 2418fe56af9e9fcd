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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class WorkerEndpointIT {

    private static final String TOKEN = "s3cret";

    @RegisterExtension
    static final RedisExtension REDIS = new RedisExtension();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Scrape scrape = new Scrape();
    private @Nullable ConsumerServer server;
    private @Nullable WorkerEndpoint endpoint;

    @BeforeEach
    void open() throws Exception {
        String secretive = REDIS.uri().replace("redis://", "redis://default:@");
        server = ConsumerServer.builder().redis(secretive).stream("order-events")
                .group("shipping")
                .meterRegistry(scrape.registry())
                .startPaused(true)
                .build()
                .addHandler("order.**", Map.class, (body, header) -> {});
        server.start();
        endpoint =
                WorkerEndpoint.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), server, scrape, TOKEN);
    }

    @AfterEach
    void close() {
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
        assertThat(answer.body()).doesNotContain("redis://", TOKEN);
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
        assertThat(send("POST", "/process-event", TOKEN, "{}").statusCode()).isEqualTo(400);
        assertThat(send("POST", "/process-batch", TOKEN, "not json").statusCode())
                .isEqualTo(400);
        assertThat(send("POST", "/process-batch", TOKEN, " ".repeat((64 << 10) + 1))
                        .statusCode())
                .isEqualTo(413);
        assertThat(send("GET", "/process-batch", TOKEN, "").statusCode()).isEqualTo(405);
        assertThat(send("GET", "/health/more", TOKEN, "").statusCode()).isEqualTo(404);
    }
}
