package dev.millrace.samples.promises;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.event.Classification;
import dev.millrace.event.EventType;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.routing.Routing;
import dev.millrace.validation.EventValidationException;
import dev.millrace.validation.EventValidator;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Logs, metrics, audit and security as events of their own, with bodies that are checked before they travel. */
public final class ObservabilityEvents {

    static final EventType<LogWritten> LOG = EventType.of("log.written", LogWritten.class);
    static final EventType<MetricMeasured> METRIC = EventType.of("metric.measured", MetricMeasured.class);
    static final EventType<AuditLogged> AUDIT = EventType.of("audit.logged", AuditLogged.class);
    static final EventType<SecurityAlerted> SECURITY = EventType.of("security.alerted", SecurityAlerted.class);

    private ObservabilityEvents() {}

    record LogWritten(@NotBlank String level, @NotBlank String message) {}

    record MetricMeasured(
            @NotBlank String name,
            @NotNull Double value,
            @NotBlank String unit) {}

    record AuditLogged(
            @NotBlank String actor,
            @NotBlank String action,
            @NotBlank String subject) {}

    record SecurityAlerted(@NotBlank String what, @NotBlank String severity) {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, ObservabilityEvents::run);
    }

    static void run(Setting setting) throws InterruptedException {
        String stream = setting.stream("observability");
        Map<String, String> seen = new ConcurrentSkipListMap<>();
        try (EventPublisher publisher = EventPublisher.builder("shop")
                        .redis(setting.redis())
                        .routing(Routing.builder().route("**").toStream(stream).build())
                        .validator(EventValidator.beans())
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(setting.redis()).stream(stream)
                        .group("operations")
                        .build()) {
            handle(server, seen);
            server.start();
            publish(publisher);
            try {
                publisher.publish(AUDIT, new AuditLogged("u-1", "", "o-17")).join();
            } catch (EventValidationException e) {
                setting.say("an audit record that says nothing is refused: "
                        + List.of(e.violations().get(0).path()));
            }
            Setting.until(() -> seen.size() == 4);
            setting.say(new TreeMap<>(seen).toString());
        }
    }

    private static void handle(ConsumerServer server, Map<String, String> seen) {
        server.addHandler(LOG, (log, header) -> seen.put(header.type(), log.level()));
        server.addHandler(METRIC, (metric, header) -> seen.put(header.type(), metric.name()));
        server.addHandler(AUDIT, (audit, header) -> seen.put(header.type(), audit.action()));
        server.addHandler(SECURITY, (alert, header) -> seen.put(header.type(), alert.severity()));
    }

    private static void publish(EventPublisher publisher) {
        publisher
                .publish(LOG, new LogWritten("WARN", "the warehouse answers slowly"))
                .join();
        publisher
                .publish(METRIC, new MetricMeasured("orders.open", 17.0, "orders"))
                .join();
        publisher.publish(AUDIT, new AuditLogged("u-1", "order.cancel", "o-17")).join();
        publisher
                .publish(
                        SECURITY.name(),
                        new SecurityAlerted("five wrong passwords", "high"),
                        header -> header.classification(Classification.RESTRICTED))
                .join();
    }
}
