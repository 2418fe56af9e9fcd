package dev.millrace.samples.promises;

import dev.millrace.consumer.ConsumerServer;
import dev.millrace.event.EventHeader;
import dev.millrace.publisher.EventPublisher;
import dev.millrace.publisher.PublishReceipt;
import dev.millrace.routing.Routing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A saga of three steps, each a handler that publishes the next: the correlation id holds them together, the causation id says
 * which led to which. Neither is passed on by hand.
 */
public final class OrderSaga {

    private OrderSaga() {}

    /** Takes a Redis URI, or none. */
    public static void main(String[] args) throws Exception {
        Setting.run(args, OrderSaga::run);
    }

    static void run(Setting setting) throws InterruptedException {
        String stream = setting.stream("orders");
        List<EventHeader> steps = new CopyOnWriteArrayList<>();
        try (EventPublisher publisher = EventPublisher.builder("orders")
                        .redis(setting.redis())
                        .routing(Routing.builder().route("**").toStream(stream).build())
                        .build();
                ConsumerServer server = ConsumerServer.builder().redis(setting.redis()).stream(stream)
                        .group("saga")
                        .build()) {
            step(server, publisher, "order.placed", "payment.taken", steps);
            step(server, publisher, "payment.taken", "parcel.sent", steps);
            server.addHandler("parcel.sent", Map.class, (order, header) -> steps.add(header));
            server.start();
            PublishReceipt placed =
                    publisher.publish("order.placed", Map.of("order", "o-17")).join();
            Setting.until(() -> steps.size() == 3);
            for (int i = 0; i < steps.size(); i++) {
                EventHeader header = steps.get(i);
                String cause = i == 0 ? placed.eventId() : steps.get(i - 1).id();
                boolean fits = placed.eventId().equals(header.correlationId())
                        && (i == 0 || cause.equals(header.causationId()));
                setting.say(
                        (i + 1) + " " + header.type() + ": " + (fits ? "of the same order" : "of nobody knows what"));
            }
        }
    }

    private static void step(
            ConsumerServer server, EventPublisher publisher, String type, String next, List<EventHeader> steps) {
        server.addHandler(type, Map.class, (order, header) -> {
            steps.add(header);
            publisher.publish(next, order).join();
        });
    }
}
