package dev.millrace.samples.endpoint;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.consumer.ConsumerServer;
import dev.millrace.consumer.ConsumerStatus;
import dev.millrace.event.Health;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's door: {@code /health} with everything that {@code status()} tells, {@code /live} and {@code /ready} for probes,
 * {@code /metrics} for Prometheus, {@code POST /process-event} and {@code /process-batch}. With a token, all but the probes ask
 * for it.
 */
public final class WorkerEndpoint implements AutoCloseable {

    /** Larger request bodies are refused. */
    static final int MAX_REQUEST_BYTES = 64 << 10;

    private static final Logger log = LoggerFactory.getLogger(WorkerEndpoint.class);
    private static final int THREADS = 4;
    private static final String NOTHING = "nothing is here";
    private static final String GET = "GET";
    private static final String HEAD = "HEAD";
    private static final String POST = "POST";

    private final ConsumerServer server;
    private final Scrape scrape;
    private final BearerToken token;
    private final WorkByHand byHand;
    private final HttpServer http;
    private final ExecutorService threads;
    private final InstantSource clock = InstantSource.system();

    private interface Page {
        Answer answer(byte[] request);
    }

    private WorkerEndpoint(ConsumerServer server, Scrape scrape, BearerToken token, HttpServer http) {
        this.server = server;
        this.scrape = scrape;
        this.token = token;
        this.byHand = new WorkByHand(server);
        this.http = http;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "worker-endpoint");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens the door.
     *
     * @param address port 0 = any that is free
     * @param token null for none
     * @throws IOException if that address cannot be used
     */
    public static WorkerEndpoint open(
            InetSocketAddress address, ConsumerServer server, Scrape scrape, @Nullable String token)
            throws IOException {
        BearerToken needed = new BearerToken(token);
        WorkerEndpoint endpoint = new WorkerEndpoint(server, scrape, needed, HttpServer.create(address, 0));
        endpoint.start();
        return endpoint;
    }

    private void start() {
        page("/live", GET, false, request -> probe(alive()));
        page("/ready", GET, false, request -> probe(server.health().up()));
        page("/health", GET, true, request -> health());
        page("/metrics", GET, true, request -> Answer.text("text/plain; version=0.0.4; charset=utf-8", scrape.text()));
        page("/process-event", POST, true, byHand::event);
        page("/process-batch", POST, true, byHand::batch);
        page("/", GET, false, request -> Answer.error(404, NOTHING));
        http.setExecutor(threads);
        http.start();
    }

    /** Where it is open. */
    public InetSocketAddress address() {
        return http.getAddress();
    }

    /** A Redis that is away is no reason to be started anew. */
    private boolean alive() {
        return server.status().state() != ConsumerStatus.State.CLOSED;
    }

    private static Answer probe(boolean good) {
        return Answer.json(good ? 200 : 503, Map.of("up", good));
    }

    private Answer health() {
        Health health = server.health();
        ConsumerStatus status = server.status();
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("up", health.up());
        page.put("reason", health.reason());
        page.put("since", health.since());
        Instant startedAt = status.startedAt();
        page.put(
                "uptimeSeconds",
                startedAt == null
                        ? 0
                        : Duration.between(startedAt, clock.instant()).toSeconds());
        page.put("status", status);
        return Answer.json(health.up() ? 200 : 503, page);
    }

    private void page(String path, String method, boolean guarded, Page page) {
        http.createContext(path, exchange -> {
            try (exchange) {
                Answer answer = answer(exchange, path, method, guarded, page);
                exchange.getResponseHeaders().set("Content-Type", answer.contentType());
                exchange.getResponseHeaders().set("Cache-Control", "no-store");
                send(exchange, answer);
            }
        });
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        if (exchange.getRequestMethod().equals(HEAD)) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    private Answer answer(HttpExchange exchange, String path, String method, boolean guarded, Page page)
            throws IOException {
        if (guarded && !token.admits(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return Answer.error(401, "send the token that the worker was started with: Authorization: Bearer …");
        }
        if (!exchange.getRequestURI().getPath().equals(path)) {
            return Answer.error(404, NOTHING);
        }
        String asked = exchange.getRequestMethod();
        // Some load balancers probe with HEAD.
        if (!asked.equals(method) && !(asked.equals(HEAD) && method.equals(GET))) {
            exchange.getResponseHeaders().set("Allow", method);
            return Answer.error(405, "use " + method);
        }
        byte[] request = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
        if (request.length > MAX_REQUEST_BYTES) {
            return Answer.error(413, "send at most " + MAX_REQUEST_BYTES + " bytes");
        }
        try {
            return page.answer(request);
        } catch (RuntimeException e) {
            log.error("{} {} failed", method, path, e);
            return Answer.error(500, "see the worker's log");
        }
    }

    /** Answers nothing any more; what was accepted and has not begun is dropped. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        byHand.close();
    }
}
