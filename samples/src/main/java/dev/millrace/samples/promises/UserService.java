package dev.millrace.samples.promises;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.routing.Routing;
import dev.millrace.samples.endpoint.Scrape;
import dev.millrace.samples.endpoint.WorkerEndpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/**
 * A whole service: handles {@code user.created} and {@code user.updated}, publishes what follows from them with the same
 * correlation, shows its health, and drains on SIGTERM. Takes a Redis URI, a port for its health, and a prefix for its streams.
 */
public final class UserService implements AutoCloseable {

    private final Scrape scrape = new Scrape();
    private final EventPublisher publisher;
    private final ConsumerServer server;
    private final WorkerEndpoint endpoint;

    record User(String id, String mail) {}

    UserService(String redis, String prefix, int port) throws Exception {
        publisher = EventPublisher.builder("user-service")
                .redis(redis)
                .routing(Routing.builder()
                        .route("**")
                        .toStream(prefix + "{namespace}-events")
                        .build())
                .meterRegistry(scrape.registry())
                .build();
        server = ConsumerServer.builder().redis(redis).stream(prefix + "user-events")
                .group("user-service")
                .meterRegistry(scrape.registry())
                .build();
        addHandlers();
        server.start();
        endpoint = WorkerEndpoint.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), server, scrape, null);
    }

    private void addHandlers() {
        server.addHandler("user.created", User.class, (user, header) -> {
            // Inside a handler a publish inherits the event's correlation, and names the event as its cause.
            publisher
                    .publish("notification.sent", Map.of("to", user.mail(), "text", "welcome"))
                    .join();
            publisher
                    .publish("audit.logged", Map.of("user", user.id(), "what", "created"))
                    .join();
        });
        server.addHandler(
                "user.updated",
                User.class,
                (user, header) -> publisher
                        .publish("audit.logged", Map.of("user", user.id(), "what", "updated"))
                        .join());
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        String redis = args.length > 0 ? args[0] : "redis://localhost:6379";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 8080;
        UserService service = new UserService(redis, args.length > 2 ? args[2] : "", port);
        System.out.println("health: http://127.0.0.1:" + service.port() + "/health");
        Setting.untilTold(() -> {
            service.close();
            System.out.println(
                    "drained: handled " + service.server.status().totals().handled());
        });
    }

    int port() {
        return endpoint.address().getPort();
    }

    /** Handlers end first, then what they published leaves; the probes see it until then. */
    @Override
    public void close() {
        server.close(Duration.ofSeconds(20));
        publisher.close();
        endpoint.close();
        scrape.close();
    }
}
